"""Indicators: named figures of units over a period, each with the list behind it."""
