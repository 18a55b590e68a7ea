"""Tests of `service.api.queries`."""
