"""Tests of `service.api.people`."""
