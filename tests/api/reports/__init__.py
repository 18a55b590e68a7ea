"""Tests of `service.api.reports`."""
