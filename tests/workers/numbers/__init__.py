"""Workers and verbs of numbers on advertisements, ended where they stand."""
