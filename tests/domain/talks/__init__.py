"""Tests of conversations with citizens."""
