"""Difficulties: what stands in the way, and who has still to answer."""
