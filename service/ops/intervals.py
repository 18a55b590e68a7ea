"""Seconds between two runs of tasks of works, claims, clean-ups, numbers, reports up the line, emulation."""

from __future__ import annotations

from collections.abc import Mapping

EVERY: Mapping[str, int] = {
    "administration.fill_former": 10,
    "works.warn": 20,
    "works.remind": 1800,
    "works.repeat": 21_600,
    "works.close": 3600,
    "periodic.ask": 1800,
    "emulation.freeze": 600,
    "periodic.check_penalties": 21_600,
    "numbers.expire": 3600,
    "numbers.close": 86_400,
    "cables.remind": 21_600,
    "claims.expire": 300,
    "surveys.propose": 86_400,
    "cleanups.pass_time": 60,
    "cleanups.remind": 600,
    "cleanups.tell_near": 600,
    "cleanups.repeat": 21_600,
    "cleanups.watch_spots": 3600,
}
