"""The wall of the operations centre."""
