"""Tests of `service.pages.cleanups`."""
