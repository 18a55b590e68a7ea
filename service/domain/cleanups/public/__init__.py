"""Clean-ups as everybody sees them: on pages, in calendars; their words masked by the city's rule."""
