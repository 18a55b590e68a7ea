"""Tests of `service.pages.plan_import`."""
