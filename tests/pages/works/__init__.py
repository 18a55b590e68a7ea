"""Tests of the pages of plans, works and difficulties."""
