"""Tests of `geo.boundaries`."""
