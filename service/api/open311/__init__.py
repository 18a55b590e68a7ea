"""Open311 GeoReport v2: what other systems read, and how they send reports."""
