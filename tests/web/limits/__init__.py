"""Tests of `service.web.limits`."""
