"""The manager's page and its files."""
