"""Formats of files that the service reads and writes itself: CSV, workbooks, calendars."""
