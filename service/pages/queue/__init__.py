"""The queue of a department, and what is done to several cases at once."""
