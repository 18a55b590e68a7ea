"""Official documents over HTTP."""
