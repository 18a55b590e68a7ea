"""The page of one report for citizens, and what they do on it."""
