"""GeoPackage and Shapefile (and GeoJSON in a foreign reference system), read through GDAL.

Anything but WGS 84 longitude and latitude is brought there by GDAL itself: VN-2000, for one, in which
Vietnamese offices hand out their files.
"""

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pyogrio
import pyogrio.raw
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon

from geo.boundaries.findings import BoundaryError, Kind, Severity, unreadable
from geo.boundaries.raw import RawFeature
from geo.gdal_pointers import is_what_it_says
from geo.shapes import EMPTY, multipolygon

LONLAT = "OGC:CRS84"
# GDAL opens the original once more under the target system, transforming as it reads.
WARPED = """<OGRVRTDataSource><OGRVRTWarpedLayer><OGRVRTLayer name="{layer}">
<SrcDataSource>{path}</SrcDataSource><SrcLayer>{layer}</SrcLayer>{encoding}
</OGRVRTLayer><TargetSRS>{target}</TargetSRS></OGRVRTWarpedLayer></OGRVRTDataSource>"""


def gdal_features(
    path: Path, source: str, layer: str | None = None, declared_crs: str = ""
) -> Iterator[RawFeature]:
    """Return each feature of the one polygon layer, or of `layer`; raises `BoundaryError`.

    A file that says no reference system is taken as WGS 84, with a warning; `declared_crs` is one it does
    say, other than WGS 84, refused if GDAL does not know it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # what GDAL grumbles about shows again as a finding, or does not matter
        try:
            if not is_what_it_says(path):
                raise unreadable(source, "is another kind of file than its name says")
            chosen = _choose(path, source, layer)
            crs = pyogrio.read_info(path, layer=chosen)["crs"]
            # GDAL takes GeoJSON for WGS 84 where it does not know what the file declares.
            if declared_crs and (crs is None or is_lonlat(crs)):
                raise unreadable(source, f"is in {declared_crs}, which is not known", Kind.CRS_UNUSABLE)
            meta, geometries, columns = read_columns(path, chosen, crs)
        except BoundaryError:
            raise
        except Exception as error:
            # Broken files reach corners of the binding that raise what it does not document.
            raise unreadable(source, f"cannot be read: {error}") from None
    return (
        _feature(
            wkb, {name: _plain(v) for name, v in zip(meta["fields"], values, strict=True)}, source, n, crs
        )
        for n, (wkb, *values) in enumerate(zip(geometries, *columns, strict=True))
    )


def _choose(path: Path, source: str, layer: str | None) -> str:
    """Return the layer to read; there must be exactly one that can hold polygons unless it is named."""
    layers = {str(name): str(kind) for name, kind in pyogrio.list_layers(path)}
    named = ", ".join(repr(name) for name in layers)
    if layer is not None:
        if layer not in layers:
            raise unreadable(source, f"has no layer {layer!r}; it has {named}")
        return layer
    fit = [
        name
        for name, kind in layers.items()
        if "Polygon" in kind or "Collection" in kind or kind == "Unknown"
    ]
    if not fit:
        raise unreadable(source, "has no layer of polygons", Kind.NO_POLYGON)
    if len(fit) > 1:
        raise unreadable(source, f"has several layers of polygons, name one: {named}")
    return fit[0]


def read_columns(
    path: Path, layer: str, crs: str | None
) -> tuple[Mapping[str, Any], NDArray[np.object_], list[NDArray[Any]]]:
    """Return what a layer tells of itself, its geometries as WKB in WGS 84, and its columns."""
    encoding = _encoding(path, layer)
    if crs is None or is_lonlat(crs):
        meta, _, geometries, columns = pyogrio.raw.read(path, layer=layer, encoding=encoding)
        return meta, geometries, columns
    open_options = f'<OpenOptions><OOI key="ENCODING">{encoding}</OOI></OpenOptions>' if encoding else ""
    names = {"layer": escape(layer, {'"': "&quot;"}), "path": escape(str(path.resolve()))}
    warped = WARPED.format(**names, encoding=open_options, target=LONLAT)
    meta, _, geometries, columns = pyogrio.raw.read(warped.encode())
    return meta, geometries, columns


def is_lonlat(crs: str) -> bool:
    """Return whether a reference system is WGS 84 in degrees, longitude first as GDAL hands it out."""
    return crs in {"EPSG:4326", LONLAT} or 'AUTHORITY["OGC","CRS84"]' in crs


def _encoding(path: Path, layer: str) -> str | None:
    """UTF-8 for a Shapefile that does not say and can be read so; None leaves it to GDAL."""
    if path.suffix.lower() != ".shp" or any(path.with_suffix(s).exists() for s in (".cpg", ".CPG")):
        return None
    try:
        pyogrio.raw.read(path, layer=layer, encoding="UTF-8", read_geometry=False)
    except UnicodeDecodeError:
        return None
    return "UTF-8"


def _feature(
    wkb: bytes | None, properties: Mapping[str, object], source: str, index: int, crs: str | None
) -> RawFeature:
    made = RawFeature(EMPTY, properties, source, index)
    if crs is None and index == 0:
        made = made.with_note(
            Kind.CRS_UNKNOWN, Severity.WARNING, "the file says no reference system; read as WGS 84"
        )
    if wkb is None:
        return made
    counts: Counter[Kind] = Counter()
    if crs is not None and not is_lonlat(crs):
        counts[Kind.REPROJECTED] += 1
    try:
        shape = _shape(wkb, counts)
    except shapely.errors.ShapelyError:
        return made.with_note(Kind.BAD_COORDINATES, Severity.ERROR, "has a geometry that cannot be read")
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return made.with_note(
            Kind.BAD_COORDINATES, Severity.ERROR, "has a coordinate that is not a finite number"
        )
    return made.with_shape(shape, counts)


def _shape(wkb: bytes, counts: Counter[Kind]) -> MultiPolygon:
    try:
        shape = shapely.from_wkb(wkb)
    except shapely.errors.ShapelyError:
        shape = shapely.from_wkb(wkb, on_invalid="fix")
        counts[Kind.RING_CLOSED] += 1
    if shape is None:
        return EMPTY
    if shape.has_z:
        counts[Kind.HEIGHT_DROPPED] += int(shapely.get_num_coordinates(shape))
    if not shape.is_empty and shape.geom_type not in {"Polygon", "MultiPolygon", "GeometryCollection"}:
        counts[Kind.PART_DROPPED] += 1
    return multipolygon(shape)


def _plain(value: object) -> object:
    """Return a column's value as JSON knows it."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool) else None
