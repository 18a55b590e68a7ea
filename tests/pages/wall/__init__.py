"""Tests of `service.pages.wall`."""
