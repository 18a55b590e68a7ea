"""Basis of the domain, which knows none of its packages: addresses, codes, texts, tokens."""
