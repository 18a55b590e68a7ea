"""Tests of `service.domain.queries`."""
