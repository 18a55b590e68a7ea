"""Plans and works in tests."""
