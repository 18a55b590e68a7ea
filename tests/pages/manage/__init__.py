"""Tests of `service.pages.manage`."""
