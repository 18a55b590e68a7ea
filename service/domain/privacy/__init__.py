"""Erasure, hiding by a person, new secrets, retention, and repeating all that after a restore."""
