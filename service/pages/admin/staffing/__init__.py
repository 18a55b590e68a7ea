"""Pages of the administration about who works when."""
