"""Tests of `service.domain.plans.importing`."""
