"""Believable demo reports over the loaded city: words, places, lives, pictures, and copying them in."""
