"""Numbers of advertisements over HTTP."""
