"""Tests of `service.domain.workspaces`."""
