"""Numbers that are made known: lists by two people, the press, the feed, objections."""
