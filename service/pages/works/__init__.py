"""A work's page, and what is done there."""
