"""Taking a basemap over: planned, fetched beside the one in force, stored, put in force at once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

from pmtiles.tile import TileType
from sqlalchemy import Engine

from service.basemap.archive import Archive, ArchiveError, credit, layers, open_archive
from service.basemap.cut import Cut, Progress, copy_tiles, plan_cut
from service.basemap.source import ArchiveSource
from service.db import unit_of_work
from service.domain.city.basemap import Basemap, city_box, replace_basemap
from service.errors import AppError
from service.problems import SetupError
from service.storage import BASEMAP, Storage, StorageUnavailable, new_token

MIB = 1024 * 1024
MEDIA_TYPES = {
    TileType.MVT: "application/vnd.mapbox-vector-tile",
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
}
STREETS_FROM = 12
"""Zoom at which archives begin to tell streets apart."""

DRAWN = frozenset(
    ["landuse", "landcover", "park", "water", "waterway", "building", "buildings", "roads", "transportation"]
)
"""Layers that maps know how to draw (`islands/lib/maps/basemap.ts`)."""

UNTOUCHED = "The maps stay as they were."


@dataclass(frozen=True, slots=True)
class CutOptions:
    """Wishes of whoever runs the command. `most_mb` bounds what is fetched and kept, in MiB."""

    max_zoom: int
    most_mb: int
    attribution: str | None


@dataclass(frozen=True, slots=True)
class TakenBasemap:
    """A basemap that was put in force, and what should be known of it, as sentences."""

    basemap: Basemap
    remarks: list[str]


def take_over(
    engine: Engine, storage: Storage, source: ArchiveSource, options: CutOptions, progress: Progress
) -> TakenBasemap:
    """Cut the city's box out of the archive, keep it, and put it in force; the one before is removed then.

    Raises SetupError with what to do; nothing has changed then.
    """
    with _sentences(source.name):
        with unit_of_work(engine) as session:
            _, box = city_box(session)
        archive = open_archive(source.read)
        cut = plan_cut(archive, box, options.max_zoom)
        if cut.size > options.most_mb * MIB:
            raise SetupError(
                f"{source.name}: the city's box down to zoom {cut.max_zoom} is {cut.size / MIB:,.0f} MB, "
                f"more than {options.most_mb:,} MB. Give a lower --max-zoom, or a higher --most-mb. "
                f"{UNTOUCHED}"
            )
        metadata = archive.metadata()
        with tempfile.TemporaryDirectory(prefix="hientruong-basemap-") as folder:
            path = Path(folder, "cut.pmtiles")
            copy_tiles(archive, cut, path, metadata, progress)
            attribution = credit(metadata) if options.attribution is None else options.attribution
            basemap = _describe(archive, cut, source.name, path.stat().st_size, attribution)
            storage.put_file(basemap.key, path)
        put_in_force(engine, storage, basemap)
    return TakenBasemap(basemap, list(_remarks(cut, basemap, layers(metadata))))


def put_in_force(engine: Engine, storage: Storage, basemap: Basemap | None) -> Basemap | None:
    """Put a stored basemap in force, or none; return the one before. All other archives are removed."""
    now = datetime.now(UTC)
    with unit_of_work(engine) as session:
        before = replace_basemap(session, basemap, now)
    for key in list(storage.keys(BASEMAP)):
        if basemap is None or key != basemap.key:
            storage.delete(key)
    return before


@contextmanager
def _sentences(name: str) -> Iterator[None]:
    """Say as a sentence what can be mended: of the archive, the store, the disk."""
    try:
        yield
    except ArchiveError as problem:
        raise SetupError(f"{name} {problem}. {UNTOUCHED}") from problem
    except StorageUnavailable as problem:
        raise SetupError(f"The storage of files took nothing: {problem.why}. {UNTOUCHED}") from problem
    except AppError as problem:
        raise SetupError("No city is loaded yet. Run: hientruong city load hue") from problem
    except OSError as problem:
        raise SetupError(
            f"The cut could not be written: {problem.strerror or problem}. {UNTOUCHED}"
        ) from problem


def _describe(archive: Archive, cut: Cut, source: str, size: int, attribution: str) -> Basemap:
    return Basemap(
        edition=new_token(),
        kind=cast("Literal['vector', 'raster']", archive.kind),
        media_type=MEDIA_TYPES[archive.header["tile_type"]],
        min_zoom=cut.min_zoom,
        max_zoom=cut.max_zoom,
        attribution=attribution,
        source=source,
        size=size,
        tiles=len(cut.places),
        loaded_at=datetime.now(UTC).isoformat(timespec="seconds"),
        box=cut.box,
    )


def _remarks(cut: Cut, basemap: Basemap, known: Sequence[str]) -> Iterator[str]:
    if cut.finest_there < cut.finest_in_box:
        part = 100 * cut.finest_there / cut.finest_in_box
        yield (
            f"The archive covers {part:.0f} % of the city's box at zoom {cut.max_zoom}: elsewhere maps show "
            "wards alone, or the streets that were loaded."
        )
    if cut.max_zoom < STREETS_FROM:
        yield f"The archive ends at zoom {cut.max_zoom}, too coarse to tell streets apart; take a finer one."
    if basemap.kind == "vector" and known and not DRAWN & set(known):
        yield f"Maps know none of its layers ({', '.join(known[:8])}): nothing of it will be drawn."
    if not basemap.attribution:
        yield "The archive does not say whose it is: add --attribution '© …', which most licences want."
