"""Open311 GeoReport v2: categories and reports in its words, and reports that come by it."""
