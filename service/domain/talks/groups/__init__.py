"""Groups of companies: told of their cases once, heard as notes."""
