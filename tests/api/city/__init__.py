"""Tests of `service.api.city`."""
