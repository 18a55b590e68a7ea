"""Tests of the cases of numbers."""
