"""Tables of works: what an office has to do beside reports, and the plans that it comes from."""
