"""Tests of `service.domain.publication`."""
