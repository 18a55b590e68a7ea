"""Cutting a box out of an archive: its tiles, where their bytes are, and the smaller archive."""

from __future__ import annotations

import gzip
import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pmtiles.tile import Compression, Entry, HeaderDict, tileid_to_zxy, zxy_to_tileid
from pmtiles.writer import Writer

from geo.points import BBox
from geo.tiles import tile_at
from service.basemap.archive import DEEPEST, Archive, ArchiveError, unpack

FINEST = 15
"""Maps draw deeper zooms from the tiles of this one."""

MOST_TILES = 200_000
MOST_DIRECTORIES = 2_000
MOST_TILE = 4 * 1024 * 1024
MOST_TILE_UNPACKED = 16 * 1024 * 1024
GAP = 32 * 1024
"""Bytes between two tiles that are rather fetched than asked around: a request costs more."""

PIECE = 4 * 1024 * 1024

Progress = Callable[[int, int], None]
"""Told how many bytes have come, of how many."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Tiles of a box: offset and length in the archive by tile number; how many the finest zoom has."""

    box: BBox
    places: Mapping[int, tuple[int, int]]
    min_zoom: int
    max_zoom: int
    finest_there: int
    finest_in_box: int

    @property
    def size(self) -> int:
        """Return the bytes of all its tiles; those that several tiles share count once."""
        return sum(length for _, length in set(self.places.values()))


def tiles_in(box: BBox, zoom: int) -> tuple[range, range]:
    """Return the columns and rows of the tiles that touch the box."""
    first, last = tile_at(box.west, box.north, zoom), tile_at(box.east, box.south, zoom)
    return range(first.x, last.x + 1), range(first.y, last.y + 1)


def plan_cut(archive: Archive, box: BBox, max_zoom: int) -> Cut:
    """Find the tiles of the box up to a zoom. Raises ArchiveError where there are none, or far too many."""
    low, high = archive.header["min_zoom"], min(max_zoom, archive.header["max_zoom"])
    if low > high:
        raise ArchiveError(f"begins at zoom {low}: raise --max-zoom")
    spans = {zoom: tiles_in(box, zoom) for zoom in range(low, high + 1)}
    if sum(len(xs) * len(ys) for xs, ys in spans.values()) > MOST_TILES:
        raise ArchiveError(f"has more than {MOST_TILES:,} tiles in the city's box: lower --max-zoom")
    wanted = sorted(zxy_to_tileid(z, x, y) for z, (xs, ys) in spans.items() for x in xs for y in ys)
    places: dict[int, tuple[int, int]] = {}
    most = archive.header["tile_data_length"]
    for tile_id, entry in _found(archive, wanted):
        if entry.length > MOST_TILE or entry.offset + entry.length > most:
            raise ArchiveError(
                f"is damaged: tile {_named(tile_id)} lies beyond its tiles, or is far too large"
            )
        places[tile_id] = entry.offset, entry.length
    finest = zxy_to_tileid(high, 0, 0)
    there = sum(tile_id >= finest for tile_id in places)
    if not there or _lies_elsewhere(archive, box):
        raise ArchiveError(
            f"holds nothing of the city at zoom {high}: {_reaches(archive)}. Take one of its country"
        )
    return Cut(box, places, low, high, there, len(spans[high][0]) * len(spans[high][1]))


def _found(archive: Archive, wanted: Sequence[int]) -> Iterator[tuple[int, Entry]]:
    """Yield the wanted tiles that there are; reads only the directories that can hold one."""
    seen = 0

    def walk(entries: list[Entry], end: int, depth: int) -> Iterator[tuple[int, Entry]]:
        nonlocal seen
        for number, entry in enumerate(entries):
            after = entries[number + 1].tile_id if number + 1 < len(entries) else end
            reach = min(entry.tile_id + entry.run_length, after) if entry.run_length else after
            inside = wanted[bisect_left(wanted, entry.tile_id) : bisect_left(wanted, reach)]
            if not inside:
                continue
            if entry.run_length:
                yield from ((tile_id, entry) for tile_id in inside)
                continue
            seen += 1
            if depth == DEEPEST or seen > MOST_DIRECTORIES:
                raise ArchiveError("is damaged: its directories lead on and on")
            yield from walk(archive.leaf(entry), after, depth + 1)

    yield from walk(archive.root(), wanted[-1] + 1, 1)


def copy_tiles(
    archive: Archive, cut: Cut, path: Path, metadata: Mapping[str, object], progress: Progress
) -> None:
    """Fetch the tiles and write the archive of them to `path`. Raises ArchiveError, SetupError, OSError."""
    with tempfile.TemporaryFile(dir=path.parent) as spool, path.open("wb") as file:
        fetched = _fetch(archive, cut, spool, progress)
        writer = Writer(file)  # type: ignore[no-untyped-call]
        with closing(writer.tile_f):  # which it closes at its end alone
            for tile_id in sorted(cut.places):
                start, length = fetched[cut.places[tile_id]]
                spool.seek(start)
                writer.write_tile(tile_id, _checked(archive, tile_id, spool.read(length)))  # type: ignore[no-untyped-call]
            writer.finalize(_header(archive, cut), dict(metadata))  # type: ignore[no-untyped-call]


def _fetch(
    archive: Archive, cut: Cut, spool: IO[bytes], progress: Progress
) -> dict[tuple[int, int], tuple[int, int]]:
    """Read the tiles' bytes into `spool`; return where each lies there, by its place in the archive."""
    stored: dict[tuple[int, int], tuple[int, int]] = {}
    start, done, total = archive.header["tile_data_offset"], 0, cut.size
    progress(0, total)
    for group in _groups(sorted(set(cut.places.values()))):
        first = group[0][0]
        end = max(offset + length for offset, length in group)
        body = archive.read(start + first, end - first)
        if len(body) != end - first:
            raise ArchiveError("is cut short: download it again, whole")
        for offset, length in group:
            stored[offset, length] = spool.tell(), length
            spool.write(body[offset - first : offset - first + length])
            done += length
        progress(done, total)
    return stored


def _groups(places: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Yield places that lie so close together that one request fetches them."""
    group: list[tuple[int, int]] = []
    end = 0
    for offset, length in places:
        if group and (offset > end + GAP or offset + length - group[0][0] > PIECE):
            yield group
            group, end = [], 0
        group.append((offset, length))
        end = max(end, offset + length)
    if group:
        yield group


def _checked(archive: Archive, tile_id: int, data: bytes) -> bytes:
    """Return the tile as it is kept: vectors always packed. Raises ArchiveError for a damaged one."""
    packed = archive.header["tile_compression"] is Compression.GZIP
    try:
        body = unpack(data, MOST_TILE_UNPACKED) if packed else data
    except ArchiveError:
        raise ArchiveError(
            f"is damaged at tile {_named(tile_id)}: download it again, or take another"
        ) from None
    if archive.kind == "raster":
        return body
    return data if packed else gzip.compress(data, mtime=0)


def _bounds(archive: Archive) -> BBox:
    names = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
    return BBox(*(archive.header[name] / 10**7 for name in names))  # type: ignore[literal-required]


def _lies_elsewhere(archive: Archive, box: BBox) -> bool:
    """Return whether the archive says so itself: one tile of the whole world is in every box."""
    west, south, east, north = _bounds(archive)
    if west >= east or south >= north:  # not said
        return False
    return west > box.east or east < box.west or south > box.north or north < box.south


def _reaches(archive: Archive) -> str:
    west, south, east, north = _bounds(archive)
    return f"it reaches from {west:g} to {east:g}° E and from {south:g} to {north:g}° N"


def _named(tile_id: int) -> str:
    return "/".join(map(str, tileid_to_zxy(tile_id)))


def _header(archive: Archive, cut: Cut) -> HeaderDict:
    packing = Compression.GZIP if archive.kind == "vector" else Compression.NONE
    header = archive.header.copy()
    header.update({"tile_compression": packing, "internal_compression": Compression.GZIP})
    west, south, east, north = (round(degrees * 10**7) for degrees in cut.box)
    header.update({"min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north})
    header.update({"center_lon_e7": (west + east) // 2, "center_lat_e7": (south + north) // 2})
    header["center_zoom"] = cut.min_zoom
    return header
