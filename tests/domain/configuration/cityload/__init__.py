"""Tests of `service.domain.configuration.cityload`."""
