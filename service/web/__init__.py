"""The edge of HTTP: dependencies of routes, viewer, forms, uploads, caching, live feed. No routes."""
