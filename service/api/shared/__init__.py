"""Declarations that many routes share: refusals and query parameters."""
