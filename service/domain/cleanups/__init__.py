"""Clean-ups: announced with a place and a time, signed up for, carried out, with one result."""
