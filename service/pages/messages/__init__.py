"""Pages behind the links of messages."""
