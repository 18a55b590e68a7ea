"""Drawn photos of the demo: streets, river banks and what lies there."""
