"""Looks at the state of things that many wait for, taken once for all of them."""
