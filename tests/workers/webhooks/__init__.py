"""The worker of webhooks, and receivers for it."""
