"""Telephone numbers of advertisements, for colleagues alone."""
