"""Tests of `service.pages.account`."""
