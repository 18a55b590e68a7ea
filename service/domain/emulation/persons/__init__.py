"""Persons scored inside their unit: what they claim, what its leader gives; nobody outside reads it."""
