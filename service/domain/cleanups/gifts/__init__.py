"""Contributions that clean-ups and campaigns are given, and the trees planted there with their checks."""
