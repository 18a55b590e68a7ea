"""Answer of the process that reads a boundary file, as it crosses to the one that asked: plain JSON."""

from __future__ import annotations

from typing import TypedDict


class UnitNames(TypedDict):
    """Names of a unit as a file says them; all but the code may be empty."""

    code: str
    name: str
    full_name: str
    kind: str


class UnitRead(UnitNames):
    """Unit of a file that was read and checked, with its outline as GeoJSON."""

    geometry: dict[str, object]


class FindingRead(TypedDict):
    """Flaw that was found, as `Finding` has it; `figures` carry their unit in their name."""

    kind: str
    severity: str
    message: str
    code: str
    others: list[str]
    figures: dict[str, float]


class AreaFileRead(TypedDict):
    """Content of a file: its units, everything found, and whether they may be put in force."""

    ok: bool
    units: list[UnitRead]
    findings: list[FindingRead]
