"""Telling people: who is told of which event, on which channel, once. Sending itself is `service/sending`."""
