"""`hientruong city load --streets --landmarks --water`: the city's map out of files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from geo.mapfile.parts import MapParts
    from service.domain.configuration.mapload import LoadedMapPart

KINDS = "GeoJSON, GeoPackage, Shapefile (also a .zip or a folder) or an OpenStreetMap extract (.osm.pbf)"
PARTS = {"street": "streets", "landmark": "landmarks", "water": "water"}

Streets = Annotated[
    Path | None, typer.Option("--streets", metavar="PATH", help=f"Streets and bridges: {KINDS}.")
]
Landmarks = Annotated[
    Path | None, typer.Option("--landmarks", metavar="PATH", help="Markets, schools, gates: likewise.")
]
Water = Annotated[
    Path | None, typer.Option("--water", metavar="PATH", help="Rivers, canals, lakes: likewise.")
]


@dataclass(frozen=True, slots=True)
class MapFiles:
    """Files named on the command line; one extract may stand for all three."""

    streets: Path | None
    landmarks: Path | None
    water: Path | None

    def __bool__(self) -> bool:
        return any(self.by_part.values())

    @property
    def by_part(self) -> dict[str, Path | None]:
        """Return the files by the part of the map that they are for."""
        return {"street": self.streets, "landmark": self.landmarks, "water": self.water}


def load_map_files(files: MapFiles, *, dry_run: bool, as_json: bool) -> dict[str, object]:
    """Load the files, say what came of it and return it; ends the program with 1 where one is refused."""
    from geo.mapfile.parts import MapFileRefused

    try:
        parts, loaded = _load(files, dry_run=dry_run)
    except MapFileRefused as refused:
        if as_json:
            typer.echo(json.dumps({"loaded": False, "refused": str(refused)}, ensure_ascii=False, indent=2))
        else:
            typer.echo(f"The map was not loaded: {refused}.")
        raise typer.Exit(1) from None
    left = dict(parts.left.reasons)
    if not as_json:
        _print(parts, loaded, left, dry_run=dry_run)
    summary = [
        {"part": each.part, "features": each.features, "named": each.named, "names": each.names}
        | {"changed": each.changed}
        for each in loaded
    ]
    return {"loaded": not dry_run, "map": summary, "house_numbers": len(parts.houses), "left_out": left}


def _load(files: MapFiles, *, dry_run: bool) -> tuple[MapParts, list[LoadedMapPart]]:
    """Read first, with no transaction open; then replace in one."""
    from sqlalchemy.orm import Session

    from geo.mapfile.city_extract import read_map
    from geo.mapfile.features import LANDMARKS, STREETS, WATER, attribution
    from geo.mapfile.parts import MapFileRefused
    from service.db import make_engine, unit_of_work
    from service.domain.configuration.mapload import Source, city_shape, load_map
    from service.settings import get_settings

    engine = make_engine(get_settings().sqlalchemy_url, pool=1)
    try:
        with unit_of_work(engine) as session:
            city = city_shape(session)
        if city is None:
            raise MapFileRefused("there are no wards yet; load the city's folder first")
        parts = read_map(city, streets=files.streets, landmarks=files.landmarks, water=files.water)
        roles = {"street": STREETS, "landmark": LANDMARKS, "water": WATER}
        sources = {
            part: Source(path.absolute().name, attribution(path, roles[part]))
            for part, path in files.by_part.items()
            if path
        }
        now = datetime.now(UTC)
        if dry_run:
            with Session(engine) as session:  # never committed
                return parts, load_map(session, parts, sources, now=now)
        with unit_of_work(engine) as session:
            return parts, load_map(session, parts, sources, now=now)
    finally:
        engine.dispose()


def _print(parts: MapParts, loaded: list[LoadedMapPart], left: dict[str, int], *, dry_run: bool) -> None:
    for each in loaded:
        bridges = sum(1 for street in parts.streets or () if street.is_bridge)
        more = f", {bridges:,} on bridges" if each.part == "street" else ""
        more += f", {len(parts.houses):,} house numbers" if each.part == "landmark" else ""
        state = "" if each.changed else "; as it was"
        typer.echo(
            f"{PARTS[each.part]}: {each.features:,}, {each.named:,} of them named{more}; "
            f"{each.names:,} names to look for{state}"
        )
    for reason, count in left.items():
        typer.echo(f"left out, {reason}: {count:,}")
    if dry_run:
        typer.echo("Nothing was changed.")
