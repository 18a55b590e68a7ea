"""A citizen's own reports, and signing in by a one-time code."""
