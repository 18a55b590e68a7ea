"""Files that prove what units claim: kept, withdrawn, read."""
