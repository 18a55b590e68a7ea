"""The OpenID provider that staff may sign in by: what it tells of itself, and whom it says has come."""
