"""Sessions of staff and programmes over JSON."""
