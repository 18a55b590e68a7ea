"""Campaigns: what the clean-ups of a movement have come to, counted whenever somebody asks."""
