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


def safe_content(suffix: str, data: bytes) -> bytes | None:
    """Return the file for GDAL, None for one that is not what its ending says or that points elsewhere."""
    if suffix == ".gpkg":
        return data if data.startswith(GEOPACKAGE) else None
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
