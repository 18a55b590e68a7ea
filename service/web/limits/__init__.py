"""Ceilings of one web process: lanes, seats, waiting rooms, turnstile, open files."""
