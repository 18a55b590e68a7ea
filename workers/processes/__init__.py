"""Processes beside the workers: relay, scheduler, and routing while the broker is away."""
