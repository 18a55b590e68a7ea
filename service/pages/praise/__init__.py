"""Pages of praise: for everybody, and for who gives it."""
