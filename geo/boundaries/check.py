"""Check that boundaries may be put in force: every unit by itself, then all of them together.

Mended is only what leaves the surface as it was meant; all else is told and left to a person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from geo.boundaries.boundary import Boundary
from geo.boundaries.findings import Finding, Kind, Severity
from geo.boundaries.overlaps import BoundaryGap, Overlap, SliverLimits, gaps, overlaps, without_overlap
from geo.shapes import area_m2, valid

DEFAULT_LIMITS = SliverLimits()


@dataclass(frozen=True)
class BoundaryReport:
    """The usable units, mended, in the order of their codes, and everything found.

    `overlaps` and `gaps` number the units as in `boundaries`; slivers that were given to one side are still
    told in `overlaps`.
    """

    boundaries: tuple[Boundary, ...]
    findings: tuple[Finding, ...]
    overlaps: tuple[Overlap, ...] = ()
    gaps: tuple[BoundaryGap, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        return self._of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return self._of(Severity.WARNING)

    @property
    def repairs(self) -> tuple[Finding, ...]:
        return self._of(Severity.REPAIR)

    @property
    def ok(self) -> bool:
        """Return whether these boundaries may be put in force."""
        return not self.errors

    def summary(self) -> list[str]:
        """Return one line for each kind of finding, with how many there are, their surface, and the
        largest.
        """
        by_kind: dict[Kind, list[Finding]] = {}
        for finding in self.findings:
            by_kind.setdefault(finding.kind, []).append(finding)
        return [_summed_up(kind, found) for kind, found in by_kind.items()]

    def _of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is severity)


def check_boundaries(
    boundaries: Sequence[Boundary], limits: SliverLimits = DEFAULT_LIMITS, *, accept_overlaps: bool = False
) -> BoundaryReport:
    """Return the report on boundaries as read.

    Slivers of overlap go to the unit with the smaller code, as a border does. Overlaps of real size are
    errors, with `accept_overlaps` warnings: places in them then belong to the smaller code as well.
    """
    findings: list[Finding] = []
    units: list[Boundary] = []
    seen: dict[str, Boundary] = {}
    for boundary in boundaries:
        mended, found = _mended(boundary, limits)
        findings.extend(found)
        earlier = seen.setdefault(boundary.code, boundary)
        if boundary.code and earlier is not boundary:
            findings.append(_duplicate(boundary, earlier))
        elif mended is not None:
            units.append(mended)
    if not boundaries:
        findings.append(Finding(Kind.NO_FEATURES, Severity.ERROR, "there are no units"))
    return _checked_together(sorted(units, key=lambda unit: unit.code), findings, limits, accept_overlaps)


def _mended(boundary: Boundary, limits: SliverLimits) -> tuple[Boundary | None, list[Finding]]:
    """Return the unit ready for use, or None, and what was found in it alone."""
    found = list(boundary.notes)
    if boundary.unusable:
        return None, found
    refusal = _refusal(boundary)
    if refusal is not None:
        return None, [*found, refusal]
    shape, reasons = _shape(boundary, limits)
    found += reasons
    if not boundary.name:
        found.append(boundary.finding(Kind.NO_NAME, Severity.WARNING, "has no name; its code stands in"))
        boundary = replace(boundary, name=boundary.code, full_name=boundary.full_name or boundary.code)
    return (None if shape is None else replace(boundary, geometry=shape)), found


def _refusal(boundary: Boundary) -> Finding | None:
    """Return why nothing can be made of the unit."""

    def error(kind: Kind, message: str) -> Finding:
        return boundary.finding(kind, Severity.ERROR, message)

    if boundary.geometry.is_empty:
        return error(Kind.NO_POLYGON, "has no polygon")
    lons, lats = shapely.get_coordinates(boundary.geometry).T
    if not (np.isfinite(lons).all() and np.isfinite(lats).all()):
        return error(Kind.BAD_COORDINATES, "has a coordinate that is not a finite number")
    if not _in_world(lons, lats):
        if _in_world(lats, lons):
            return error(Kind.SWAPPED_AXES, "has latitude before longitude")
        return error(
            Kind.OUT_OF_RANGE, f"is not in degrees: it has the coordinate {lons[0]:.6g}, {lats[0]:.6g}"
        )
    if not boundary.code:
        columns = ", ".join(map(repr, boundary.properties)) or "none"
        return error(Kind.NO_CODE, f"has no code in a known column; its columns: {columns}")
    return None


def _in_world(lons: np.ndarray, lats: np.ndarray) -> bool:
    return bool((np.abs(lons) <= 180).all() and (np.abs(lats) <= 90).all())


def _shape(boundary: Boundary, limits: SliverLimits) -> tuple[MultiPolygon | None, list[Finding]]:
    """Return a valid shape of the unit; None with an error if mending would change what it covers."""
    original = boundary.geometry
    slim = _without_repetition(original)
    repeated = int(shapely.get_num_coordinates(original) - shapely.get_num_coordinates(slim))
    found = []
    if repeated:
        message = f"{repeated} repeated point(s) dropped"
        found.append(
            boundary.finding(Kind.POINTS_DROPPED, Severity.REPAIR, message, figures={"count": repeated})
        )
    if slim.is_valid:
        return slim, found
    shape = valid(slim)
    before, after = area_m2(slim), area_m2(shape)
    figures = {"before_m2": before, "after_m2": after}
    reason = shapely.is_valid_reason(slim)
    if shape.is_empty or abs(after - before) > limits.repair_share * before:
        message = (
            f"has a shape that cannot be mended safely ({reason}): {before:,.0f} m² would become {after:,.0f}"
        )
        return None, [*found, boundary.finding(Kind.INVALID_SHAPE, Severity.ERROR, message, figures=figures)]
    message = f"shape mended ({reason}); {abs(after - before):,.0f} m² changed"
    return shape, [*found, boundary.finding(Kind.SHAPE_REPAIRED, Severity.REPAIR, message, figures=figures)]


def _without_repetition(shape: MultiPolygon) -> MultiPolygon:
    try:
        return shapely.remove_repeated_points(shape)
    except shapely.errors.GEOSException:  # a ring that is one point; mending the shape drops it
        return shape


def _summed_up(kind: Kind, found: Sequence[Finding]) -> str:
    total_m2 = sum(finding.figures.get("area_m2", 0.0) for finding in found)
    largest = max(found, key=lambda finding: finding.figures.get("area_m2", 0.0))
    surface = f", together {total_m2:,.0f} m², the largest" if total_m2 else ", first"
    return f"{len(found)} x {kind.value.replace('_', ' ')} ({found[0].severity.value}){surface}: {largest}"


def _duplicate(boundary: Boundary, earlier: Boundary) -> Finding:
    message = f"has the same code as feature {earlier.index + 1} of {earlier.source or 'the same source'}"
    return boundary.finding(Kind.DUPLICATE_CODE, Severity.ERROR, message)


def _checked_together(
    units: list[Boundary], findings: list[Finding], limits: SliverLimits, accept_overlaps: bool
) -> BoundaryReport:
    found = overlaps([unit.geometry for unit in units])
    serious = Severity.WARNING if accept_overlaps else Severity.ERROR
    for overlap in found:
        cut = _without_sliver(units, overlap, limits)
        if cut is None:
            findings.append(_overlap_finding(units, overlap, Kind.OVERLAP, serious))
        else:
            findings.append(_overlap_finding(units, overlap, Kind.SLIVER_GIVEN, Severity.REPAIR))
            units[overlap.second] = replace(units[overlap.second], geometry=cut)
    holes = gaps([unit.geometry for unit in units])
    findings.extend(_gap_findings(units, holes))
    return BoundaryReport(tuple(units), tuple(findings), tuple(found), tuple(holes))


def _without_sliver(units: Sequence[Boundary], overlap: Overlap, limits: SliverLimits) -> MultiPolygon | None:
    """Return the second unit less a sliver; None if it is none, or if the unit would hardly survive."""
    if not overlap.is_sliver(limits):
        return None
    shapes = [unit.geometry for unit in units]
    if overlap.area_m2 > limits.repair_share * area_m2(shapes[overlap.second]):
        return None
    return without_overlap(shapes, overlap)


def _overlap_finding(units: Sequence[Boundary], overlap: Overlap, kind: Kind, severity: Severity) -> Finding:
    first, second = units[overlap.first], units[overlap.second]
    largest = overlap.pieces[0]
    size = f"{overlap.area_m2:,.0f} m² in {len(overlap.pieces)} piece(s), mean width {largest.width_m:.1f} m"
    fate = f"left to {first.code}" if kind is Kind.SLIVER_GIVEN else "not resolved"
    return second.finding(
        kind,
        severity,
        f"overlaps {first.code} ({first.full_name}) by {size}; {fate}",
        others=(first.code,),
        figures={"area_m2": overlap.area_m2, "pieces": len(overlap.pieces), "width_m": largest.width_m},
        place=largest.place,
    )


def _gap_findings(units: Sequence[Boundary], holes: Sequence[BoundaryGap]) -> Iterator[Finding]:
    for hole in holes:
        codes = tuple(units[number].code for number in hole.around)
        piece = hole.piece
        size = f"{piece.area_m2:,.0f} m², mean width {piece.width_m:.1f} m"
        yield Finding(
            Kind.GAP,
            Severity.WARNING,
            f"no unit covers {size}, between {', '.join(codes)}",
            others=codes,
            figures={"area_m2": piece.area_m2, "width_m": piece.width_m},
            place=piece.place,
        )
