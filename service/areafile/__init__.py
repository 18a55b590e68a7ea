"""Boundary files that strangers send, read in a process of their own: `reading` asks, `child` reads."""
