"""Hooks of channels."""
