"""A city's boundary file, the folder's own or the official one: read, checked, compared with the units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import shapely

from geo.boundaries.boundaries import Boundary, BoundaryError, Finding, check_boundaries, read_boundaries
from service.domain.configuration.cityfile.folder import AREAS, Folder
from service.domain.configuration.cityfile.parse import parse_list
from service.domain.configuration.cityfile.places import Level, Mistake, SourcePositions
from service.domain.configuration.cityfile.schema.areas import UnitPart

OWN = ("areas.geojson", "areas.gpkg", "areas.shp", "areas")
SHOWN = 5
UNKNOWN_KIND = "khu vực"


def boundaries_in_folder(folder: Path) -> Path | None:
    """Return the boundary file, or folder of files, that the city's folder brings along."""
    return next((folder / name for name in OWN if (folder / name).exists()), None)


def read_areas(folder: Folder, path: Path | None, *, accept_overlaps: bool) -> None:
    """Fill in `folder.boundaries`; they become the units where `areas.yaml` lists none."""
    if path is not None:
        try:
            read = read_boundaries(path)
        except BoundaryError as error:
            folder.mistakes += _told(path, error.findings)
        else:
            report = check_boundaries(read, accept_overlaps=accept_overlaps)
            folder.mistakes += _told(path, report.findings)
            folder.boundaries = report.boundaries
            folder.mistakes += _compare(folder, path.name, report.boundaries, refused=not report.ok)
    elif folder.units and not folder.former_units:
        message = "no areas: with neither a boundary file nor former_units.csv no report finds its ward"
        folder.mistakes.append(Mistake(AREAS, 0, 0, "", message, "warning"))
    elif not folder.units and not any(mistake.file == AREAS for mistake in folder.mistakes):
        message = "there are no units: neither in areas.yaml nor in a boundary file"
        folder.mistakes.append(Mistake(AREAS, 0, 0, "", message))


def _told(path: Path, findings: Iterable[Finding]) -> Iterator[Mistake]:
    for found in findings:
        number = "" if found.index is None else f"features[{found.index}]"
        level: Level = found.severity.value
        message = f"{found.code}: {found.message}" if found.code else found.message
        yield Mistake(found.source or path.name, 0, 0, number, message, level)


def _compare(
    folder: Folder, source: str, boundaries: tuple[Boundary, ...], *, refused: bool
) -> Iterator[Mistake]:
    """Yield units without an area, areas without a unit, areas outside the city's box."""
    if not folder.units:
        yield from _take_units(folder, source, boundaries)
    listed, found = {item.code for item in folder.units if item.code}, {each.code for each in boundaries}
    if listed - found and not refused:
        message = f"no area for {_some(listed - found)} of areas.yaml; the city needs one for each"
        yield Mistake(source, 0, 0, "", message)
    if found - listed:
        message = f"areas for {_some(found - listed)}, which areas.yaml does not list"
        yield Mistake(source, 0, 0, "", message)
    yield from _outside(folder, source, boundaries)


def _take_units(folder: Folder, source: str, boundaries: tuple[Boundary, ...]) -> list[Mistake]:
    """Return the units of the city as the boundary file names them."""
    given = [{"code": b.code, "name": b.name, "kind": b.kind or UNKNOWN_KIND} for b in boundaries]
    folder.places[source] = SourcePositions(source)
    folder.units, mistakes = parse_list(UnitPart, given, ("features",), folder.places[source])
    return mistakes


def _some(codes: set[str]) -> str:
    shown = ", ".join(sorted(codes)[:SHOWN])
    return f"{len(codes)} unit(s) ({shown}{' …' if len(codes) > SHOWN else ''})"


def _outside(folder: Folder, source: str, boundaries: tuple[Boundary, ...]) -> Iterator[Mistake]:
    if folder.city is None or not boundaries:
        return
    box = folder.city.bbox
    reach = ", ".join(f"{side:.2f}" for side in shapely.total_bounds([b.geometry for b in boundaries]))
    for boundary in boundaries:
        west, south, east, north = boundary.geometry.bounds
        at, who = f"features[{boundary.index}]", f"{boundary.code} ({boundary.full_name})"
        if west > box[2] or east < box[0] or south > box[3] or north < box[1]:
            message = f"{who} lies outside the city's bbox; the areas reach {reach}"
            yield Mistake(source, 0, 0, at, message)
        elif west < box[0] or east > box[2] or south < box[1] or north > box[3]:
            message = f"{who} reaches beyond the city's bbox; the areas reach {reach}"
            yield Mistake(source, 0, 0, at, message, "warning")
