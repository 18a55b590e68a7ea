"""Tests of webhooks in the domain."""
