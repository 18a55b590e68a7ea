"""Tests of `service.pages.staff`."""
