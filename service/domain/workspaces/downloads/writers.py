"""Writing rows into a file of each form, piece by piece, so that memory does not grow with the list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from service.domain.workspaces.downloads.cells import BOM, csv_lines, formula_safe
from service.domain.workspaces.downloads.fields import FIELDS, Rows

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
MOST_ROWS = {"csv": 2_000_000, "xlsx": 1_000_000, "geojson": 2_000_000, "gpkg": 2_000_000}
"""A sheet holds 1,048,576 rows; the others are cut where nobody would open them."""

_NAMES = tuple(FIELDS)
_GDAL_UTC = 100


class Writer(Protocol):
    """A file that takes rows; it is whole after `close`."""

    def write(self, rows: Rows) -> None: ...

    def close(self) -> None: ...


class CsvWriter:
    """UTF-8 with its mark, a line a report; text is never a formula."""

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        self._zone = zone
        self._file = path.open("w", encoding="utf-8", newline="")
        self._file.write(BOM + csv_lines([_NAMES], zone))

    def write(self, rows: Rows) -> None:
        self._file.write(csv_lines(rows, self._zone))

    def close(self) -> None:
        self._file.close()


class XlsxWriter:
    """A workbook whose rows go to the disk as they come; text cells are text, whatever they begin with."""

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        import xlsxwriter  # here, as GDAL below: heavy, and seldom asked for

        from service.domain.kernel.formats.workbooks import PLAIN_TEXT  # which imports it too

        options = {"constant_memory": True, **PLAIN_TEXT}
        self._book = xlsxwriter.Workbook(str(path), options | {"tmpdir": str(path.parent)})
        self._sheet = self._book.add_worksheet("reports")
        self._time = self._book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        bold = self._book.add_format({"bold": True})
        self._zone, self._next = zone, 1
        for column, name in enumerate(_NAMES):
            self._sheet.set_column(column, column, 40 if name == "description" else 18)
            self._sheet.write_string(0, column, name, bold)
        self._sheet.freeze_panes(1, 1)

    def write(self, rows: Rows) -> None:
        for row in rows:
            for column, value in enumerate(row):
                self._cell(column, value)
            self._next += 1

    def _cell(self, column: int, value: object) -> None:
        if isinstance(value, str):
            self._sheet.write_string(self._next, column, formula_safe(value))
        elif isinstance(value, datetime):
            local = value.astimezone(self._zone).replace(tzinfo=None)
            self._sheet.write_datetime(self._next, column, local, self._time)
        elif value is not None:
            self._sheet.write(self._next, column, value)

    def close(self) -> None:
        self._sheet.autofilter(0, 0, max(1, self._next - 1), len(_NAMES) - 1)
        self._book.close()


class GeoJsonWriter:
    """Feature collection (RFC 7946), a feature a line."""

    def __init__(self, path: Path, zone: ZoneInfo, fields: Mapping[str, str] = FIELDS) -> None:
        self._zone, self._first, self._names = zone, True, tuple(fields)
        self._file = path.open("w", encoding="utf-8")
        self._file.write('{"type": "FeatureCollection", "features": [')

    def write(self, rows: Rows) -> None:
        for row in rows:
            self._file.write(
                ("\n" if self._first else ",\n") + json.dumps(self._feature(row), ensure_ascii=False)
            )
            self._first = False

    def _feature(self, row: tuple[object, ...]) -> dict[str, object]:
        data = {
            name: value.astimezone(self._zone).isoformat() if isinstance(value, datetime) else value
            for name, value in zip(self._names, row, strict=True)
        }
        place = [data.pop("lon"), data.pop("lat")]
        return {
            "type": "Feature",
            "id": data["code"],
            "geometry": {"type": "Point", "coordinates": place},
            "properties": data,
        }

    def close(self) -> None:
        self._file.write("\n]}\n")
        self._file.close()


class GeoPackageWriter:
    """A layer of points that any GIS opens; times in UTC."""

    def __init__(self, path: Path, _zone: ZoneInfo, fields: Mapping[str, str] = FIELDS) -> None:
        self._path, self._written, self._fields = path, False, fields

    def write(self, rows: Rows) -> None:
        import pyogrio.raw

        names = tuple(self._fields)
        columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
        places = shapely.points(np.asarray(columns["lon"], float), np.asarray(columns["lat"], float))
        times = [name for name, kind in self._fields.items() if kind == "time"]
        pyogrio.raw.write(
            self._path,
            geometry=shapely.to_wkb(places),
            field_data=[_GDAL_TYPES[kind](columns[name]) for name, kind in self._fields.items()],
            fields=list(names),
            geometry_type="Point",
            crs="EPSG:4326",
            driver="GPKG",
            layer="reports",
            append=self._written,
            gdal_tz_offsets={name: np.full(len(rows), _GDAL_UTC, np.int32) for name in times},
        )
        self._written = True

    def close(self) -> None:
        if not self._written:
            self.write([])


def _texts(values: Sequence[object]) -> object:
    return np.asarray([None if value is None else str(value) for value in values], object)


def _times(values: Sequence[object]) -> object:
    naive = [v.astimezone(UTC).replace(tzinfo=None) if isinstance(v, datetime) else None for v in values]
    return np.asarray(naive, "datetime64[ms]")


_GDAL_TYPES: dict[str, Callable[[Sequence[object]], object]] = {
    "text": _texts,
    "time": _times,
    "yes": lambda values: np.asarray(values, bool),
    "number": lambda values: np.asarray(values, float),
}

WRITERS: dict[str, Callable[[Path, ZoneInfo], Writer]] = {
    "csv": CsvWriter,
    "xlsx": XlsxWriter,
    "geojson": GeoJsonWriter,
    "gpkg": GeoPackageWriter,
}


def write_file(
    path: Path, form: str, zone: ZoneInfo, pieces: Iterable[Rows], progress: Callable[[int], None]
) -> None:
    """Write all pieces into a new file at `path`; `progress` hears how many rows are in."""
    write_rows(WRITERS[form](path, zone), pieces, progress)


def write_rows(writer: Writer, pieces: Iterable[Rows], progress: Callable[[int], None]) -> None:
    """Write all pieces and close the file, whatever happens; `progress` hears how many rows are in."""
    written = 0
    try:
        for rows in pieces:
            writer.write(rows)
            written += len(rows)
            progress(written)
    finally:
        writer.close()
