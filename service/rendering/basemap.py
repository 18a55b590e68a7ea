"""The ground of the maps, as the scripts are told of it: streets that were loaded, and a background beneath.

A background is what the setting names, else the archive that `hientruong basemap` keeps here. Without either
the maps show the city's own style: wards, and the streets and water that were loaded.
"""

from __future__ import annotations

import json
from typing import Literal
from urllib.parse import urlsplit

from service.domain.city.basemap import Basemap
from service.domain.city.reference import Reference
from service.settings import Settings

Kind = Literal["raster", "vector"]
VECTOR = (".pmtiles", ".json", ".mvt", ".pbf")


def kind_of(settings: Settings) -> Kind:
    """Return what the setting says, else what the address looks like."""
    if settings.basemap_kind != "auto":
        return settings.basemap_kind
    path = urlsplit(settings.basemap_url).path.lower()
    return "vector" if path.endswith(VECTOR) else "raster"


def ground(settings: Settings, reference: Reference | None) -> str:
    """Return what the scripts read, as JSON; empty where maps show wards alone."""
    data: dict[str, object] = {}
    if settings.basemap_url:
        data["background"] = {
            "url": settings.basemap_url,
            "kind": kind_of(settings),
            "attribution": settings.basemap_attribution,
        }
    elif reference is not None and reference.basemap is not None:
        data["background"] = _background(reference.basemap)
    if reference is not None and reference.has_streets:
        data["streets"] = {"attribution": " · ".join(reference.map_credits)}
    return json.dumps(data, ensure_ascii=False) if data else ""


def _background(found: Basemap) -> dict[str, object]:
    return {
        "url": f"/api/v1/tiles/basemap/{found.edition}/{{z}}/{{x}}/{{y}}",
        "kind": found.kind,
        "attribution": found.attribution,
        "zooms": [found.min_zoom, found.max_zoom],
        "box": list(found.box),
    }


def origin(settings: Settings) -> str:
    """Return the other host that a page may fetch its map from, for its policy; empty for our own."""
    parts = urlsplit(settings.basemap_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
