"""Tests of `service.pages.case`."""
