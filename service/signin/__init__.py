"""Signing in at the edge: throttling, back-off, known devices, breached passwords."""
