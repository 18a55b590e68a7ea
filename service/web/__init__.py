"""The edge of HTTP: connections, bodies, addresses, hosts and streams; no routes and nothing of the domain."""
