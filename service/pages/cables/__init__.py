"""Cables: what goes underground when, for everybody; the plan for those who keep it and those who dig."""
