"""Conversations with citizens on their own channels: what came in, what was understood, what is answered."""
