"""Tests of `service.api.ogc`."""
