"""JSON for machines: thin routes that parse, call the domain once, and answer."""
