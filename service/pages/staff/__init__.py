"""What stands around every page of staff: rooms of a role, emergencies."""
