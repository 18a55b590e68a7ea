"""Tables of operation: leases, backups, downloads, maintained figures."""
