"""Workbooks of a movement, out and in."""
