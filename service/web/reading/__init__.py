"""Documents that colleagues send, read on their way in."""
