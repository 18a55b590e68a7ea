"""axe-core over the pages and their states."""
