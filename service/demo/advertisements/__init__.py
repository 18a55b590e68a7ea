"""Numbers on advertisements in the demo: seen, and followed up."""
