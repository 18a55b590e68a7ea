"""The one KML inside a KMZ, unpacked here with a ceiling: GDAL never opens an archive."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

MAX_UNPACKED = 20 << 20
MOST_PARTS = 2000
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)


class PackedFileRefused(Exception):
    """The archive is none that is taken; says why, in a word: `broken` or `unpacked`."""


def kml_inside(data: bytes) -> bytes:
    """Return the KML of a KMZ: `doc.kml`, else the first, as Google Earth goes. Pictures and other layers
    in it are not looked at. Raises PackedFileRefused for what is no KMZ, is sealed by a password, or is more
    than MAX_UNPACKED bytes, whatever it says of its own size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise PackedFileRefused("unpacked")
            layers = [each for each in parts if PurePosixPath(each.filename.lower()).suffix == ".kml"]
            if not layers:
                raise PackedFileRefused("broken")
            main = next((each for each in layers if each.filename.lower() == "doc.kml"), layers[0])
            with archive.open(main) as source:
                found = source.read(MAX_UNPACKED + 1)
    except (*_BROKEN, OSError):
        raise PackedFileRefused("broken") from None
    if len(found) > MAX_UNPACKED:
        raise PackedFileRefused("unpacked")
    return found
