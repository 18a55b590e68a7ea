"""The edge of the web: what stands between a request and the domain."""
