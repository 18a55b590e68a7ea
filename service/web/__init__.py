"""The edge of HTTP: connections, bodies, addresses, hosts, streams, public files; no routes."""
