"""Tests of `service.planfile`."""
