"""Tests of how the installation is judged."""
