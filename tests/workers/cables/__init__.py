"""Tasks about cables, claims and surveys."""
