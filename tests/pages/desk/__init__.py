"""Tests of `service.pages.desk`."""
