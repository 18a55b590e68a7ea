"""Tests of service/local."""
