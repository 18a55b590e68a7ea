"""Page of penalties, for everybody."""
