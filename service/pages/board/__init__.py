"""The public board of reports."""
