"""E-mail that people write to the city: fetched, read without trust, answered in its thread."""
