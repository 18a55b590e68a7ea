"""Tests of `service.domain.numbers`."""
