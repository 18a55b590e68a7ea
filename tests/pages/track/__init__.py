"""Tests of `service.pages.track`."""
