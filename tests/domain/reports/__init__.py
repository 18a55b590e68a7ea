"""Tests of `service.domain.reports`."""
