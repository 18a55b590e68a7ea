"""Cables that go underground."""
