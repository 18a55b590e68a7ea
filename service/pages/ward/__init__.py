"""The page of one ward: what is open there, what was done, its latest news."""
