"""Room in which units pledge, say what they kept, and have it confirmed."""
