"""Data sets of open data: the reports, and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.domain.city.reference import Reference
from service.domain.ogc.collections import CABLE_ROUTES, CLEANUPS, Collection
from service.domain.opendata.columns import COLUMNS, ColumnKind, OpenColumn
from service.i18n import N_, Language, pick, translate


class DatasetId(StrEnum):
    """Name of a data set, as the catalogues have it."""

    REPORTS = "reports"
    CLEANUPS = "cleanups"
    CABLE_ROUTES = "cable_routes"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set: `title` takes the city's name, `counted` says how many rows a file has."""

    title: str
    about: str
    counted: str
    keywords: tuple[str, ...]
    columns: Mapping[str, OpenColumn]

    def name(self, reference: Reference, language: Language | None = None) -> str:
        """Return what it is called, in that language or the one in use."""
        return translate(self.title, language, city=pick(reference.city_name, language))


_PLACE: Mapping[str, OpenColumn] = {
    "lon": OpenColumn("number", N_("Kinh độ")),
    "lat": OpenColumn("number", N_("Vĩ độ")),
}


def _columns_of(collection: Collection) -> dict[str, OpenColumn]:
    """Return the properties that the map service tells, and of a point where it is."""
    kinds: Mapping[str, ColumnKind] = {"whole": "whole", "yes": "yes"}
    data = {
        name: OpenColumn(kinds.get(one.kind, "text"), one.title)
        for name, one in collection.properties.items()
    }
    return {**data, **(_PLACE if collection.geometry == "Point" else {})}


DATASETS: Mapping[DatasetId, Dataset] = {
    DatasetId.REPORTS: Dataset(
        N_("Phản ánh hiện trường: {city}"),
        N_(
            "Mọi phản ánh công khai của người dân và việc xử lý từng phản ánh, cập nhật hằng đêm. "
            "Không có thông tin người gửi; lời kể đã che số điện thoại, giấy tờ, biển số."
        ),
        N_("{n} phản ánh"),
        ("phản ánh", "hiện trường", "Open311", "311", "citizen reports"),
        COLUMNS,
    ),
    DatasetId.CLEANUPS: Dataset(
        N_("Buổi dọn vệ sinh: {city}"),
        N_(
            "Các buổi ra quân mở cho mọi người và kết quả từng buổi, cập nhật hằng đêm. "
            "Không có tên hay số điện thoại của người đăng ký."
        ),
        N_("{n} buổi"),
        ("dọn vệ sinh", "ra quân", "clean-ups"),
        _columns_of(CLEANUPS),
    ),
    DatasetId.CABLE_ROUTES: Dataset(
        N_("Tuyến ngầm hóa cáp: {city}"),
        N_("Các tuyến có cáp sẽ hạ ngầm: hẹn xong khi nào, hứa lần đầu khi nào, đã làm đến đâu."),
        N_("{n} tuyến"),
        ("ngầm hóa cáp", "cáp viễn thông", "cable undergrounding"),
        _columns_of(CABLE_ROUTES),
    ),
}
"""In the order in which people see them."""
