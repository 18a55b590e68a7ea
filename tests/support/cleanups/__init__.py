"""Clean-ups in tests."""
