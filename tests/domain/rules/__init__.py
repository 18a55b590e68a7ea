"""Tests of `service.domain.rules`."""
