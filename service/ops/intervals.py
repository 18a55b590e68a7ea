"""Seconds between two runs of the tasks of works, clean-ups, numbers and reports up the line."""

from __future__ import annotations

from collections.abc import Mapping

EVERY: Mapping[str, int] = {
    "works.warn": 20,
    "works.remind": 1800,
    "works.repeat": 21_600,
    "works.close": 3600,
    "periodic.ask": 1800,
    "numbers.expire": 3600,
    "numbers.close": 86_400,
    "surveys.propose": 86_400,
    "cleanups.pass_time": 60,
    "cleanups.remind": 600,
    "cleanups.repeat": 21_600,
    "cleanups.watch_spots": 3600,
}
