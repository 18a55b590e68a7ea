"""The page of one case for staff, and what is done on it."""
