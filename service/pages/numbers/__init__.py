"""Telephone numbers of advertisements, for colleagues who may read them."""
