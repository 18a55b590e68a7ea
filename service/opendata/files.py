"""Files of one edition, written into a folder in one pass over the reports; GDAL makes map files of one."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from service.domain.ogc.places import Features
from service.domain.opendata.beside import values_of_feature
from service.domain.opendata.columns import BULK, COLUMNS, FIELDS, OpenColumn
from service.domain.opendata.datasets import DATASETS, DatasetId
from service.domain.opendata.formats import FORMATS, OF_TILES, FileKind
from service.domain.opendata.rows import OpenReport, Values
from service.domain.workspaces.downloads.cells import BOM, csv_value, formula_safe
from service.domain.workspaces.downloads.writers import GeoJsonWriter, GeoPackageWriter
from service.i18n import N_, translate

LAYER = "reports"
ARROW_BATCH = 5_000
ZOOMS = {"MINZOOM": 9, "MAXZOOM": 13}
"""From the whole city in view to single streets; maps enlarge the finest tiles."""

_ROW_BY_ROW = (FileKind.CSV, FileKind.BULK, FileKind.GEOJSON, FileKind.GPKG)
_BESIDE: Mapping[DatasetId, tuple[FileKind, FileKind]] = {
    DatasetId.CLEANUPS: (FileKind.CLEANUPS_CSV, FileKind.CLEANUPS_GEOJSON),
    DatasetId.CABLE_ROUTES: (FileKind.CABLES_CSV, FileKind.CABLES_GEOJSON),
}
EXCEL_TIME = "%d/%m/%Y %H:%M"
YES, NO = N_("có"), N_("không")

Write = Callable[[Sequence[OpenReport]], None]


@dataclass(slots=True)
class WrittenFile:
    """File in the folder; `first_at`, `last_at` frame when its reports came, if there are any in it."""

    kind: FileKind
    path: Path
    rows: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    def count(self, reports: Sequence[OpenReport]) -> None:
        """Take note of reports that were written; they come newest first."""
        if reports:
            self.rows += len(reports)
            self.last_at = self.last_at or reports[0].created_at
            self.first_at = reports[-1].created_at


class CsvFile:
    """Table as lines of text, either as Excel in Vietnamese opens it or by RFC 4180."""

    def __init__(self, path: Path, headings: Iterable[str], zone: ZoneInfo, *, excel: bool) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._file.write(BOM if excel else "")
        self._csv = csv.writer(self._file, delimiter=";" if excel else ",")
        self._csv.writerow(list(headings))
        self._zone, self._value = zone, _excel_value if excel else csv_value

    def write(self, rows: Iterable[Values]) -> None:
        """Write rows."""
        self._csv.writerows([self._value(each, self._zone) for each in row] for row in rows)

    def close(self) -> None:
        """Close the file, which is whole then."""
        self._file.close()


class YearFiles:
    """Tables of single years, in the city's time; one begins with the first report of its year."""

    def __init__(self, folder: Path, zone: ZoneInfo, stack: ExitStack) -> None:
        self._folder, self._zone, self._stack = folder, zone, stack
        self._years: dict[int, tuple[CsvFile, WrittenFile]] = {}

    def write(self, reports: Sequence[OpenReport]) -> None:
        """Write each report into the file of its year."""
        by_year: dict[int, list[OpenReport]] = {}
        for each in reports:
            by_year.setdefault(each.created_at.astimezone(self._zone).year, []).append(each)
        for year, some in by_year.items():
            if year not in self._years:
                self._years[year] = self._begin(year)
            table, written = self._years[year]
            table.write(each.values for each in some)
            written.count(some)

    def _begin(self, year: int) -> tuple[CsvFile, WrittenFile]:
        path = self._folder / FORMATS[FileKind.CSV_YEAR].name.format(year=year)
        table = CsvFile(path, excel_headings(COLUMNS), self._zone, excel=True)
        self._stack.callback(table.close)
        return table, WrittenFile(FileKind.CSV_YEAR, path)

    @property
    def files(self) -> list[WrittenFile]:
        """Return the files so far."""
        return [written for _, written in self._years.values()]


def excel_headings(columns: Mapping[str, OpenColumn]) -> list[str]:
    """Return the headings of a table for people, in the language in use."""
    return [translate(column.title) for column in columns.values()]


def write_edition(folder: Path, zone: ZoneInfo, chunks: Iterable[Sequence[OpenReport]]) -> list[WrittenFile]:
    """Write the files that are made row by row, in the language in use."""
    written = {kind: WrittenFile(kind, folder / FORMATS[kind].name) for kind in _ROW_BY_ROW}
    with ExitStack() as stack:
        excel = CsvFile(written[FileKind.CSV].path, excel_headings(COLUMNS), zone, excel=True)
        bulk = CsvFile(written[FileKind.BULK].path, list(BULK), zone, excel=False)
        geojson = GeoJsonWriter(written[FileKind.GEOJSON].path, zone, FIELDS)
        gpkg = GeoPackageWriter(written[FileKind.GPKG].path, zone, FIELDS)
        for each in (excel, bulk, geojson, gpkg):
            stack.callback(each.close)
        years = YearFiles(folder, zone, stack)
        writers: dict[FileKind, Write] = {
            FileKind.CSV: lambda some: excel.write(each.values for each in some),
            FileKind.BULK: lambda some: bulk.write(each.bulk for each in some),
            FileKind.GEOJSON: lambda some: geojson.write([each.values for each in some]),
            FileKind.GPKG: lambda some: gpkg.write([each.values for each in some]),
        }
        for reports in chunks:
            for kind, write in writers.items():
                write(reports)
                written[kind].count(reports)
            years.write(reports)
    return [*(written[kind] for kind in writers), *years.files]


def write_beside(folder: Path, zone: ZoneInfo, found: Mapping[DatasetId, Features]) -> list[WrittenFile]:
    """Write a table and a map file of each of the small data sets, in the language in use."""
    made = []
    for dataset, features in found.items():
        columns, (table, shapes) = DATASETS[dataset].columns, _BESIDE[dataset]
        csv_file = WrittenFile(table, folder / FORMATS[table].name, len(features))
        excel = CsvFile(csv_file.path, excel_headings(columns), zone, excel=True)
        try:
            excel.write(values_of_feature(each, columns) for each in features)
        finally:
            excel.close()
        geojson = WrittenFile(shapes, folder / FORMATS[shapes].name, len(features))
        lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in features)
        geojson.path.write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', "utf-8")
        made += [csv_file, geojson]
    return made


def convert_to_maps(geopackage: WrittenFile) -> list[WrittenFile]:
    """Make FlatGeobuf and PMTiles of a GeoPackage, streamed within GDAL: they are written as a whole alone.

    Without a report there is neither: GDAL makes no archive of no tile.
    """
    if not geopackage.rows:
        return []
    drivers: dict[FileKind, tuple[str, Sequence[str] | None, dict[str, object]]] = {
        FileKind.FLATGEOBUF: ("FlatGeobuf", None, {}),
        FileKind.PMTILES: ("PMTiles", OF_TILES, {**ZOOMS, "NAME": LAYER}),
    }
    made = []
    for kind, (driver, columns, options) in drivers.items():
        path = geopackage.path.with_name(FORMATS[kind].name)
        _convert(geopackage.path, path, driver, columns, options)
        made.append(WrittenFile(kind, path, geopackage.rows, geopackage.first_at, geopackage.last_at))
    return made


def _convert(
    source: Path, path: Path, driver: str, columns: Sequence[str] | None, options: dict[str, object]
) -> None:
    import pyogrio.raw  # here: heavy

    reading = pyogrio.raw.open_arrow(source, columns=columns, use_pyarrow=False, batch_size=ARROW_BATCH)
    with reading as (meta, stream):
        pyogrio.raw.write_arrow(
            stream,
            path,
            driver=driver,
            layer=LAYER,
            geometry_type="Point",
            geometry_name=meta["geometry_name"] or "geom",
            crs=meta["crs"],
            **options,
        )


def _excel_value(value: object, zone: ZoneInfo) -> object:
    """Return a value as an Excel in Vietnamese reads it: day before month, a decimal comma, no formula."""
    if isinstance(value, bool):
        return translate(YES if value else NO)
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime(EXCEL_TIME)
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    return formula_safe(value) if isinstance(value, str) else csv_value(value, zone)
