"""Kinds of what is done with cables, of ducts, of what blocks a section."""

from __future__ import annotations

from enum import StrEnum


class Duct(StrEnum):
    """State of the duct that takes a route's cables up."""

    NONE = "none"
    PLANNED = "planned"
    READY = "ready"


class CableTask(StrEnum):
    """Task of a company on a route: bury its cables, bundle them, take old ones away."""

    UNDERGROUND = "underground"
    TIDY = "tidy"
    REMOVE_OLD = "remove_old"


class CableBlock(StrEnum):
    """Kind of what stands in the way of a section."""

    CAPITAL = "capital"
    PERMIT = "permit"
    DUCT = "duct"
    PAVEMENT = "pavement"
    POWER = "power"
    OTHER = "other"


class ClaimAnswer(StrEnum):
    """Answer of a company that was asked whose a cable is; `none` where its term passed in silence."""

    MINE = "mine"
    NOT_MINE = "not_mine"
    NONE = "none"
