"""Tests of `service.pages.queue`."""
