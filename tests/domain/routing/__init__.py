"""Tests of `service.domain.routing`."""
