"""Tests of the edge of HTTP."""
