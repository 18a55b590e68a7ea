"""Erasure, new secrets and visibility over JSON."""
