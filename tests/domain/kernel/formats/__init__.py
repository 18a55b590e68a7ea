"""Tests of the domain's kernel."""
