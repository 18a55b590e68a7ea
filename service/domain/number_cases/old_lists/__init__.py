"""Offices' old lists of numbers: read, kept as sightings without a witness, shown."""
