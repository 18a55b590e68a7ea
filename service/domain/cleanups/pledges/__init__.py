"""Pledges of units: made, said to be kept, confirmed by somebody above."""
