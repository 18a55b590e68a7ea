"""Feature as a file gave it, before anything is judged, with what reading it already found."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shapely.geometry import MultiPolygon

from geo.boundaries.findings import Finding, Kind, Severity

MENDED = {
    Kind.RING_CLOSED: "{n} open ring(s) closed",
    Kind.RING_DROPPED: "{n} ring(s) with fewer than three corners dropped",
    Kind.POINTS_DROPPED: "{n} repeated point(s) dropped",
    Kind.HEIGHT_DROPPED: "heights dropped from {n} point(s)",
    Kind.PART_DROPPED: "{n} part(s) that are lines or points dropped",
    Kind.REPROJECTED: "coordinates brought to WGS 84",
}


@dataclass(frozen=True)
class RawFeature:
    """`geometry` may be invalid or empty; `key` is the feature's own id, if the format has one."""

    geometry: MultiPolygon
    properties: Mapping[str, object]
    source: str
    index: int
    key: str | int = ""
    notes: tuple[Finding, ...] = ()

    def with_note(self, kind: Kind, severity: Severity, message: str) -> "RawFeature":
        return replace(self, notes=(*self.notes, Finding(kind, severity, message, self.source, self.index)))

    def with_shape(self, geometry: MultiPolygon, mended: Counter[Kind]) -> "RawFeature":
        """Return the feature with its shape, and one note for each kind of mending it took."""
        notes = [
            Finding(
                kind, Severity.REPAIR, MENDED[kind].format(n=n), self.source, self.index, figures={"count": n}
            )
            for kind, n in sorted(mended.items())
        ]
        return replace(self, geometry=geometry, notes=(*self.notes, *notes))
