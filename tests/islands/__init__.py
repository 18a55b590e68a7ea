"""Tests of the built islands."""
