"""Tests of what makes an emergency, who is told and who takes it."""
