"""Map files: streets, landmarks and water out of GeoJSON, GeoPackage, Shapefile and OpenStreetMap extracts.

Files are read and judged here; nothing is stored and no name is folded.
"""
