"""The search of the staff over all cases that are theirs to read."""
