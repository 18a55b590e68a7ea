"""Addresses of the network: trusted proxies, and where secrets may be sent. Knows nothing of ours."""
