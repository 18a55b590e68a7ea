"""Open311 as other systems speak it."""
