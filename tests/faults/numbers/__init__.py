"""Survival of numbers on advertisements: read, answered for, listed while processes are killed."""
