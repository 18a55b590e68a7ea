"""Tests of `service.pages.inspect`."""
