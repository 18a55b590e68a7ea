"""Entered by units beside the log: initiatives and monthly readings."""
