"""Open data for machines: catalogues and files."""
