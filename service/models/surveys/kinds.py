"""Sources of the points of a survey, and what was found at them."""

from __future__ import annotations

from enum import StrEnum


class PointSource(StrEnum):
    """Source of a point: a report, a place where reports repeat, a route of cables, somebody's hand."""

    REPORT = "report"
    REPEATED = "repeated"
    ROUTE = "route"
    POLE = "pole"
    HAND = "hand"


class PointState(StrEnum):
    """State of a point: not looked at yet, all right, with a fault, or not to be found."""

    TO_SEE = "to_see"
    OK = "ok"
    FAULT = "fault"
    NOT_FOUND = "not_found"
