"""Tests of `service.pages.front`."""
