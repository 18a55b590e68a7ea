"""Letters that people write to the city."""
