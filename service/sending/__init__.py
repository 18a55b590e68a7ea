"""Sending what was claimed: words for a message, and one sender for each channel, with a console twin."""
