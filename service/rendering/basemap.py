"""The background of the maps, where an installation has one: what kind it is, and where it comes from.

Without one the maps show the city's own style: wards, water and names from our own tiles.
"""

from __future__ import annotations

import json
from typing import Literal
from urllib.parse import urlsplit

from service.settings import Settings

Kind = Literal["raster", "vector"]
VECTOR = (".pmtiles", ".json", ".mvt", ".pbf")


def kind_of(settings: Settings) -> Kind:
    """Return what the setting says, else what the address looks like."""
    if settings.basemap_kind != "auto":
        return settings.basemap_kind
    path = urlsplit(settings.basemap_url).path.lower()
    return "vector" if path.endswith(VECTOR) else "raster"


def told_to_maps(settings: Settings) -> str:
    """Return what the scripts read, as JSON; empty without a basemap."""
    if not settings.basemap_url:
        return ""
    told = {
        "url": settings.basemap_url,
        "kind": kind_of(settings),
        "attribution": settings.basemap_attribution,
    }
    return json.dumps(told, ensure_ascii=False)


def origin(settings: Settings) -> str:
    """Return the other host that a page may fetch its map from, for its policy; empty for our own."""
    parts = urlsplit(settings.basemap_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
