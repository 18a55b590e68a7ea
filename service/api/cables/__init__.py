"""Cables: routes of the undergrounding plan, their files, whose a cable is."""
