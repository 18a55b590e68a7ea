"""Tests of `service.api.casework`."""
