"""Pages of reports up the line."""
