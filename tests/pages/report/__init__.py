"""Tests of `service.pages.report`."""
