"""Tests of `service.web.edge`."""
