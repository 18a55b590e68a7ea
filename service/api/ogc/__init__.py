"""OGC API – Features (Core, GeoJSON, HTML, OpenAPI 3.0) at `/ogc`: reports and places for any GIS."""
