"""Conversations by the API."""
