"""Tests of pages of the administration."""
