"""Tests of `service.domain.contacts`."""
