"""Frame of the pages of staff: rooms of a role, emergencies."""
