"""Findings in boundary files as they are read and checked: which, where, and the figures.

The short English messages are for the command line; screens make their own from kind and figures.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from geo.points import Point


class Severity(StrEnum):
    """ERROR: may not be put in force. WARNING: may, but look. REPAIR: was wrong and has been put right."""

    ERROR = "error"
    WARNING = "warning"
    REPAIR = "repair"


class Kind(StrEnum):
    UNREADABLE = "unreadable"
    NO_FEATURES = "no_features"
    BAD_FEATURE = "bad_feature"
    BAD_COORDINATES = "bad_coordinates"
    NO_POLYGON = "no_polygon"
    NO_CODE = "no_code"
    NO_NAME = "no_name"
    DUPLICATE_CODE = "duplicate_code"
    SWAPPED_AXES = "swapped_axes"
    OUT_OF_RANGE = "out_of_range"
    CRS_UNKNOWN = "crs_unknown"
    CRS_UNUSABLE = "crs_unusable"
    INVALID_SHAPE = "invalid_shape"
    OVERLAP = "overlap"
    GAP = "gap"

    REPROJECTED = "reprojected"
    RING_CLOSED = "ring_closed"
    RING_DROPPED = "ring_dropped"
    POINTS_DROPPED = "points_dropped"
    HEIGHT_DROPPED = "height_dropped"
    PART_DROPPED = "part_dropped"
    SHAPE_REPAIRED = "shape_repaired"
    SLIVER_GIVEN = "sliver_given"


@dataclass(frozen=True)
class Finding:
    """Flaw of a boundary file or of its units.

    `index` counts features of `source` from 0; `others` are further codes it concerns.

    Figures carry their unit in their name (`area_m2`, `width_m`) or are counts.
    """

    kind: Kind
    severity: Severity
    message: str
    source: str = ""
    index: int | None = None
    code: str = ""
    others: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    place: Point | None = None

    def __str__(self) -> str:
        number = "" if self.index is None else f"feature {self.index + 1}"
        where = ", ".join(part for part in (self.source, number, self.code) if part)
        return f"{where}: {self.message}" if where else self.message


class BoundaryError(Exception):
    """Files that cannot be read as boundaries at all; `findings` name each with its reason."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(str(finding) for finding in self.findings))


def unreadable(source: str, message: str, kind: Kind = Kind.UNREADABLE) -> BoundaryError:
    """Return the error for one file."""
    return BoundaryError([Finding(kind, Severity.ERROR, message, source)])
