"""Tests of what administrators change."""
