"""People of the staff: how they show that it is them."""
