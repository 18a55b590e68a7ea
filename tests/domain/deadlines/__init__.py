"""Tests of `service.domain.deadlines`."""
