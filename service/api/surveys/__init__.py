"""Inspection surveys."""
