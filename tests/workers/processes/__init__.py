"""Tests of `workers.processes`."""
