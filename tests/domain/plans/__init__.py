"""Tests of `service.domain.plans`."""
