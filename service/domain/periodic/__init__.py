"""Reports up the line: kinds, asking units, what they say, merging into one document."""
