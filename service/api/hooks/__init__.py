"""Hooks that channels of citizens call: verified, stored, answered at once. What came in, workers read."""
