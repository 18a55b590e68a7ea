"""Journeys of staff in a real browser."""
