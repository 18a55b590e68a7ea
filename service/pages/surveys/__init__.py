"""Inspection surveys for staff."""
