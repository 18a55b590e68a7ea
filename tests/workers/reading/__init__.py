"""The worker that reads photos."""
