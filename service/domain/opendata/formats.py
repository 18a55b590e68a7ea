"""Files of open data: the kinds there are, what each is for, and the licences they may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.domain.city.reference import Reference
from service.domain.opendata.datasets import DatasetId
from service.i18n import N_


class FileKind(StrEnum):
    """Kind of a file."""

    CSV = "csv"
    CSV_YEAR = "csv_year"
    BULK = "bulk"
    GPKG = "gpkg"
    GEOJSON = "geojson"
    FLATGEOBUF = "flatgeobuf"
    PMTILES = "pmtiles"
    CLEANUPS_CSV = "cleanups_csv"
    CLEANUPS_GEOJSON = "cleanups_geojson"
    CABLES_CSV = "cables_csv"
    CABLES_GEOJSON = "cables_geojson"


@dataclass(frozen=True, slots=True)
class OpenFormat:
    """Form of files of one kind: `name` of the file, its type for programmes and words for people."""

    name: str
    media_type: str
    title: str
    about: str
    dataset: DatasetId = DatasetId.REPORTS


_TABLE = N_("Bảng tính (CSV cho Excel)")
_OPENS_IN_EXCEL = N_(
    "Mở thẳng bằng Excel tiếng Việt: UTF-8, ngăn cách bằng dấu chấm phẩy, số lẻ dùng dấu phẩy."
)
_POINTS = N_("Điểm và thuộc tính dạng văn bản, cho trang web và chương trình nhỏ.")

FORMATS: Mapping[FileKind, OpenFormat] = {
    FileKind.CSV: OpenFormat(
        "phan-anh.csv",
        "text/csv",
        _TABLE,
        _OPENS_IN_EXCEL,
    ),
    FileKind.CSV_YEAR: OpenFormat(
        "phan-anh-{year}.csv",
        "text/csv",
        N_("Bảng tính năm {year} (CSV cho Excel)"),
        N_("Như trên, riêng phản ánh nhận trong năm."),
    ),
    FileKind.BULK: OpenFormat(
        "georeport-bulk.csv",
        "text/csv",
        "Open311 GeoReport Bulk (CSV)",
        N_("Mười bốn cột của Open311, ngăn cách bằng dấu phẩy, cho chương trình đọc nhiều thành phố."),
    ),
    FileKind.GPKG: OpenFormat(
        "phan-anh.gpkg",
        "application/geopackage+sqlite3",
        "GeoPackage",
        N_("Lớp điểm cho QGIS, ArcGIS; một tệp chứa cả bảng."),
    ),
    FileKind.GEOJSON: OpenFormat(
        "phan-anh.geojson",
        "application/geo+json",
        "GeoJSON",
        _POINTS,
    ),
    FileKind.FLATGEOBUF: OpenFormat(
        "phan-anh.fgb",
        "application/flatgeobuf",
        "FlatGeobuf",
        N_("Lớp điểm có chỉ mục không gian: đọc riêng một vùng qua mạng mà không tải cả tệp."),
    ),
    FileKind.PMTILES: OpenFormat(
        "phan-anh.pmtiles",
        "application/vnd.pmtiles",
        "PMTiles",
        N_("Ô bản đồ véc-tơ trong một tệp, cho MapLibre và các thư viện bản đồ web."),
    ),
    FileKind.CLEANUPS_CSV: OpenFormat(
        "don-ve-sinh.csv", "text/csv", _TABLE, _OPENS_IN_EXCEL, DatasetId.CLEANUPS
    ),
    FileKind.CLEANUPS_GEOJSON: OpenFormat(
        "don-ve-sinh.geojson", "application/geo+json", "GeoJSON", _POINTS, DatasetId.CLEANUPS
    ),
    FileKind.CABLES_CSV: OpenFormat(
        "cap-ngam.csv", "text/csv", _TABLE, _OPENS_IN_EXCEL, DatasetId.CABLE_ROUTES
    ),
    FileKind.CABLES_GEOJSON: OpenFormat(
        "cap-ngam.geojson",
        "application/geo+json",
        "GeoJSON",
        N_("Đường của từng tuyến kèm thuộc tính; tuyến chưa vẽ thì không có đường."),
        DatasetId.CABLE_ROUTES,
    ),
}
"""In the order in which people see them."""

OF_TILES = ("code", "category", "category_name", "status", "status_name", "created_at")
"""Columns of the tiles: more would make each many times as large."""


@dataclass(frozen=True, slots=True)
class LicenceWords:
    """Name and address of a licence, and what it asks for."""

    name: str
    url: str
    about: str


_ATTRIBUTION = N_("Được dùng, sửa, chia sẻ lại, kể cả để kinh doanh, miễn là ghi tên đơn vị công bố.")
_SHARE_ALIKE = N_("Được dùng và sửa, miễn là ghi tên đơn vị công bố và chia sẻ lại theo cùng giấy phép.")
_NO_RIGHTS = N_("Được dùng tự do, không cần ghi tên.")
LICENCES: Mapping[str, LicenceWords] = {
    "CC-BY-4.0": LicenceWords("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/", _ATTRIBUTION),
    "CC-BY-SA-4.0": LicenceWords(
        "CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/", _SHARE_ALIKE
    ),
    "CC0-1.0": LicenceWords("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/", _NO_RIGHTS),
    "ODbL-1.0": LicenceWords("ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/", _SHARE_ALIKE),
    "PDDL-1.0": LicenceWords("PDDL 1.0", "https://opendatacommons.org/licenses/pddl/1-0/", _NO_RIGHTS),
}


def licence_of(reference: Reference) -> LicenceWords | None:
    """Return the words of the licence that the city gives its data, where it gives one."""
    config = reference.config.open_data
    return LICENCES[config.licence] if config else None
