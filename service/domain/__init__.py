"""Domain of the service: plain functions on a session. No HTTP, no tasks, no clock, no commit."""
