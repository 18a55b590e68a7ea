"""Terms, due instants, running clocks and the time that remains. Pure."""
