"""Emulation over HTTP."""
