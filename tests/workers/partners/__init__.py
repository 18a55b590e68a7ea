"""Workers that fetch from other systems and hand over to them."""
