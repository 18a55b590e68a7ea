"""Facts of official documents about cables: counted from the very views that the matrix shows."""
