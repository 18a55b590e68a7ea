"""Points: formulas, counting them from indicators, claims and the council's, sums and places."""
