"""The benchmark: measures one installation in one run and prints figures with their ratios."""
