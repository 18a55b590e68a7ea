"""Tests of `service.network`."""
