"""Signing in of staff: password, second factor, OpenID provider."""
