"""The public figures as a page."""
