"""Administrative unit as a boundary file gives it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shapely.geometry import MultiPolygon

from geo.boundaries.findings import Finding, Kind, Severity
from geo.boundaries.raw import RawFeature
from geo.boundaries.unit_names import Columns, unit_name
from geo.points import Point


@dataclass(frozen=True)
class Boundary:
    """`geometry` is in WGS 84 degrees, before the check possibly empty or invalid.

    `index` counts the features of `source` from 0; `notes` is what reading it found.
    """

    code: str
    name: str
    full_name: str
    kind: str
    geometry: MultiPolygon
    properties: Mapping[str, object] = field(default_factory=dict)
    source: str = ""
    index: int = 0
    notes: tuple[Finding, ...] = ()

    @property
    def unusable(self) -> bool:
        """Return whether reading it already failed."""
        return any(note.severity is Severity.ERROR for note in self.notes)

    def finding(
        self,
        kind: Kind,
        severity: Severity,
        message: str,
        *,
        others: tuple[str, ...] = (),
        figures: Mapping[str, float] | None = None,
        place: Point | None = None,
    ) -> Finding:
        """Return a finding about this unit."""
        where = self.source, self.index, self.code
        return Finding(kind, severity, message, *where, others, figures or {}, place)


def named(raw: RawFeature, columns: Columns, fallback_code: str) -> Boundary:
    """Return the boundary of a feature; its code is a column's, else the feature's own id, else
    `fallback_code`.
    """
    code, name, full_name, kind = unit_name(raw.properties, columns, str(raw.key) or fallback_code)
    notes = [note if note.code else _with_code(note, code) for note in raw.notes]
    return Boundary(
        code, name, full_name, kind, raw.geometry, raw.properties, raw.source, raw.index, tuple(notes)
    )


def _with_code(note: Finding, code: str) -> Finding:
    return Finding(
        note.kind, note.severity, note.message, note.source, note.index, code, note.others, note.figures
    )
