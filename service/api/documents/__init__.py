"""Routes of official documents."""
