"""Official documents at the web edge: written and stored, signed files taken in."""
