"""Queues, the desk and downloads over JSON."""
