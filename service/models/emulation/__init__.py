"""Tables of emulation."""
