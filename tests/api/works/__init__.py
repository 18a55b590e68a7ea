"""Tests of the routes of plans, works and difficulties."""
