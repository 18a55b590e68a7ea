"""Messages that do not arrive: which, why, tried again by a person; and a test message to oneself."""
