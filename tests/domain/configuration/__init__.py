"""Tests of `service.domain.configuration`."""
