"""Routes of emulation."""
