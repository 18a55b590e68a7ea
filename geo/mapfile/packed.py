"""Map files that come in a `.zip` or a folder, as offices hand out Shapefiles: the one that is meant."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from geo.mapfile.parts import MapFileRefused

MOST_BYTES = 1 << 30
SUFFIXES = {".geojson", ".json", ".gpkg", ".shp", ".pbf"}

MOST_ENTRIES = 5_000
_SHAPEFILE = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
_PIECE = 1 << 20


@contextmanager
def unpacked(path: Path, words: Sequence[str], part: str) -> Iterator[Path]:
    """Give the map file itself: of a folder or a `.zip` the one in it, anything else as it is.

    Of several Shapefiles (or of several other files, where there is none) it is the one whose name has one of
    `words` in it. What a `.zip` holds is written to a folder that is removed afterwards.

    Raises MapFileRefused where no file, or more than one, may be meant for `part`.
    """
    if path.is_dir():
        yield path / choose_entry(path.name, [each.name for each in path.iterdir()], words, part)
        return
    if path.suffix.lower() != ".zip" or not path.is_file():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="hientruong-map-") as place:
        try:
            with zipfile.ZipFile(path) as archive:
                found = _unzip(archive, path.name, Path(place), words, part)
        except (
            zipfile.BadZipFile,
            zipfile.LargeZipFile,
            zlib.error,
            NotImplementedError,
            RuntimeError,
            EOFError,
        ):
            raise MapFileRefused(f"{path.name} is damaged, locked, or no .zip file") from None
        yield found


def choose_entry(holder: str, names: Sequence[str], words: Sequence[str], part: str) -> str:
    """Return the name of the map file among `names`. Raises MapFileRefused."""
    known = [name for name in names if _suffix(name) in SUFFIXES and not _is_hidden(name)]
    files = [name for name in known if _suffix(name) == ".shp"] or known
    if not files:
        raise MapFileRefused(f"{holder} holds no GeoJSON, GeoPackage, Shapefile or .osm.pbf")
    if len(files) == 1:
        return files[0]
    fit = [name for name in files if any(word in PurePosixPath(name).name.casefold() for word in words)]
    if len(fit) != 1:
        named = ", ".join(sorted(PurePosixPath(name).name for name in files)[:12])
        raise MapFileRefused(f"{holder} holds several map files ({named}); name the one of the {part} itself")
    return fit[0]


def _unzip(archive: zipfile.ZipFile, holder: str, place: Path, words: Sequence[str], part: str) -> Path:
    entries = [each for each in archive.infolist() if not each.is_dir()]
    if len(entries) > MOST_ENTRIES:
        raise MapFileRefused(f"{holder} holds {len(entries):,} files; {MOST_ENTRIES:,} at most are looked at")
    chosen = PurePosixPath(choose_entry(holder, [each.filename for each in entries], words, part))
    room = MOST_BYTES
    for entry in entries:
        inside = PurePosixPath(entry.filename)
        beside = inside.with_suffix("") == chosen.with_suffix("") and _suffix(entry.filename) in _SHAPEFILE
        if inside != chosen and not beside:
            continue
        # Names inside an archive are not to be trusted as paths.
        name = f"{chosen.stem}{inside.suffix.lower()}"
        with archive.open(entry) as source, (place / name).open("wb") as target:
            room -= _copy(source, target, room, holder)
    return place / f"{chosen.stem}{chosen.suffix.lower()}"


def _copy(source: IO[bytes], target: IO[bytes], room: int, holder: str) -> int:
    """Copy and return how many bytes they were. Raises MapFileRefused for more than there is room for."""
    count = 0
    while piece := source.read(_PIECE):
        count += len(piece)
        if count > room:
            raise MapFileRefused(
                f"{holder} unpacks to more than {MOST_BYTES >> 20} MB; cut the city out of it first"
            )
        target.write(piece)
    return count


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _is_hidden(name: str) -> bool:
    """Return whether an archive made on a Mac, or a desktop, put it there beside the files."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or parts[-1].startswith(".")
