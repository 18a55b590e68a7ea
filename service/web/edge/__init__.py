"""The outermost layer of HTTP: middleware, hosts, methods, bodies, callers, protocol."""
