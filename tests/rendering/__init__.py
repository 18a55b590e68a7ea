"""Tests of `service.rendering`."""
