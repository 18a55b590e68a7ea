"""Tests of `service.domain.casework.citizens`."""
