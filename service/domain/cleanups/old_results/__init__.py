"""Results out of offices' old lists: read, and kept as clean-ups that are over."""
