"""Tests of `service.pages.login`."""
