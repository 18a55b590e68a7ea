"""Content of a map file by its ending, looked at before GDAL sees it.

GDAL goes by content: a virtual layer (`OGRVRTDataSource`) or a stored command (`gdal_streamed_alg`) under the
name of a KML or GeoJSON file would have it read other files of this machine.
"""

from __future__ import annotations

import json
import re

GEOPACKAGE = b"SQLite format 3\x00"
POINTING = re.compile(rb"<\s*OGRVRT|gdal_streamed_alg|<!DOCTYPE|<!ENTITY", re.IGNORECASE)
"""What has a driver of GDAL open something else than the file itself."""
_KML = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*<(?:\w+:)?kml[\s>]", re.DOTALL)
_BOM = b"\xef\xbb\xbf"
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
_DECLARED = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)


def safe_content(suffix: str, data: bytes) -> bytes | None:
    """Return the file for GDAL, None for one that is not what its ending says or that points elsewhere."""
    if suffix == ".gpkg":
        return data if data.startswith(GEOPACKAGE) else None
    if suffix == ".kml":
        narrow = _as_utf8(data)
        if narrow is None:
            return None
        data = narrow
    if POINTING.search(data):
        return None
    if suffix == ".kml":
        return data if _KML.match(data.removeprefix(_BOM)) else None
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    # Written anew: no name twice, no letter spelled so that the search above misses it.
    written = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    return None if POINTING.search(written) or not isinstance(document, dict) else written


def _as_utf8(data: bytes) -> bytes | None:
    """Return XML in UTF-16 as UTF-8, without its declaration, and what is not UTF-16 as it is; None where it
    is broken: what is searched for must be spelled the same in every file.
    """
    encoding = _WIDE.get(data[:2])
    if encoding is None:
        return data
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None
    return _DECLARED.sub("", text, count=1).encode()
