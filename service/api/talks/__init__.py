"""Conversations with citizens, for coordinators."""
