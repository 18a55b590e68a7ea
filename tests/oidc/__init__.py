"""Signing in by OpenID Connect: with a real provider (oidc-provider of npm), and a twin of it that lies."""
