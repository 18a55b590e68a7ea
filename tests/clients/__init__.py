"""Real clients of the doors for machines, each in an environment of its own: `python -m tests.clients`."""
