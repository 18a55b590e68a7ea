"""Tests of `service.api.ops`."""
