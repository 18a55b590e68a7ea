"""The public feed as a page."""
