"""Praise and criticism: given by leaders, praise of units for everybody, criticism inside the unit alone."""
