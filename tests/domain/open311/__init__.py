"""Open311 by its own rules, without HTTP."""
