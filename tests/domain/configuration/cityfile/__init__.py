"""Tests of `service.domain.configuration.cityfile`."""
