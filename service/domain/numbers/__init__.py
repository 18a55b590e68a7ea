"""Telephone numbers of advertisements: read from photos, confirmed by people, answered for by nobody yet."""
