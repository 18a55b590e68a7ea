"""Reports up the line."""
