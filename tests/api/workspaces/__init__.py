"""Tests of `service.api.workspaces`."""
