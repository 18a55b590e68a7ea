"""Tests of what the machine says of itself."""
