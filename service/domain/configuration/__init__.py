"""The configuration of a city: its folder read, loaded and changed by administrators."""
