"""A movement's frame, its life, how it is told, and what comes after the announcement."""
