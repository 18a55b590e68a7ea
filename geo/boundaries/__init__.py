"""Boundary files: read, checked, named and compared."""
