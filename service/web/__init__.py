"""The edge of HTTP: connections, bodies, addresses, hosts, streams; no routes and nothing of the domain."""
