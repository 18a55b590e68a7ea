"""Files that would have GDAL open others: it goes by content, whatever their names say.

A virtual layer (`OGRVRTDataSource`) or a stored command (`gdal_streamed_alg`) names further files of the
machine.
"""

from __future__ import annotations

import mmap
import re
from pathlib import Path

MAGIC = {".gpkg": b"SQLite format 3\0", ".shp": b"\x00\x00\x27\x0a"}
"""How files of these kinds begin: what begins so is read as such and points nowhere."""

POINTING = re.compile(rb"<\s*OGRVRT|gdal_streamed_alg", re.IGNORECASE)
"""What makes a virtual layer or a stored command of a text, which GeoJSON may hold."""

_GEOJSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")


def is_what_it_says(path: Path) -> bool:
    """Return whether the file begins as its ending says, or is GeoJSON that points to no other file."""
    magic = MAGIC.get(path.suffix.lower())
    with path.open("rb") as file:
        if magic is not None:
            return file.read(len(magic)) == magic
        if not file.read(1):
            return True
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            return bool(_GEOJSON.match(text)) and POINTING.search(text) is None
