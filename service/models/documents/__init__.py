"""Tables of official documents: how each unit writes, and what it has written."""
