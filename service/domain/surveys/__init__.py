"""Inspection surveys of any kind of report: made, split, walked on the phone, told in minutes."""
