"""The link that a conversation leads to the map by."""
