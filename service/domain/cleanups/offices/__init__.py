"""Rosters of offices: premises with their buildings, and the clean-ups there, thing by thing."""
