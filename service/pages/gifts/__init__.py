"""Room in which contributions are recorded and trees are looked at again."""
