"""Claims: whose a reported cable is, asked of the companies with a term; what nobody owns has an end."""
