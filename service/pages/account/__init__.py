"""Pages of a colleague's own account."""
