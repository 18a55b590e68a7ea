"""Emulation: movements with criteria over indicators, claims, the council's points, comments, standings."""
