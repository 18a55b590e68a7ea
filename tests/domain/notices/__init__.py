"""Tests of `service.domain.notices`."""
