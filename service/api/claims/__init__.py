"""Claims: whose a reported cable is."""
