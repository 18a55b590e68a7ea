"""Verbs of casework, one a function, each a walk along one edge of the life cycle."""
