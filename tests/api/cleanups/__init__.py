"""Clean-ups over HTTP."""
