"""Tests of `service.domain.plans.imports`."""
