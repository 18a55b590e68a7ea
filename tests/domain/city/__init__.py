"""Tests of `service.domain.city`."""
