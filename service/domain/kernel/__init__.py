"""What the rest of the domain stands on and that knows nothing else of ours."""
