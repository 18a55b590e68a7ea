"""Tests of `service.api.admin`."""
