"""Tests of the workers that tell people."""
