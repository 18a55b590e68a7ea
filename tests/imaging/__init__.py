"""Tests of `service.imaging`."""
