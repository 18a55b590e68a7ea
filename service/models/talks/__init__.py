"""Tables of conversations with citizens on their own channels."""
