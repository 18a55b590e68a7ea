"""Search for places as people say them: words read, candidates looked up, the best told first."""
