"""Tests of `service.domain.casework.passing_time`."""
