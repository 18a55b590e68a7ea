"""A city's folder of files: read and checked, every mistake with its place. Nothing is stored here."""
