"""Digests: what was collected for somebody, and how their work stands in the morning."""
