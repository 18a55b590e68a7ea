"""Numbers of advertisements in tests."""
