"""Looks at the state of the whole service."""
