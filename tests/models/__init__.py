"""Tests of `service.models`."""
