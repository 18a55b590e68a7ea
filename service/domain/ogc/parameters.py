"""Query parameters of OGC API – Features, read as GDAL, QGIS and other clients spell them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from geo.geojson import BBoxError, parse_bbox
from geo.points import BBox, to_float
from service.domain.city.reference import Reference
from service.domain.ogc.collections import CRS84, MOST, MOST_OFFSET, USUAL, Collection
from service.domain.reports.filters import BBOX_MESSAGES
from service.errors import FieldError, Malformed
from service.i18n import N_

COMMON = ("f", "lang")
FORMS = ("json", "html")
OF_ITEM = (*COMMON, "crs")
OF_ITEMS = (
    *COMMON,
    "limit",
    "offset",
    "cursor",
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "properties",
    "skipGeometry",
    "sortby",
)
CLOSE = timedelta(milliseconds=1)
"""Features tell their time to the millisecond: the end of an interval includes all that is told the same."""

_LONGEST = 2000

Pairs = Sequence[tuple[str, str]]
Sort = Literal["-created_at", "created_at", "-updated_at", "updated_at"]


@dataclass(frozen=True, slots=True)
class Interval:
    """Part of time from `after` (included) to `before` (not); None is an open end."""

    after: datetime | None = None
    before: datetime | None = None

    def within(self, other: Interval) -> Interval:
        """Return what both have in common; nothing is in it where `after` is not before `before`."""
        starts = [each for each in (self.after, other.after) if each]
        ends = [each for each in (self.before, other.before) if each]
        return Interval(max(starts, default=None), min(ends, default=None))


@dataclass(frozen=True, slots=True)
class ItemsQuery:
    """Features wanted of a collection. `filters` holds the values wanted of a property, any of them."""

    limit: int
    offset: int
    cursor: str | None
    bbox: BBox | None
    interval: Interval
    filters: dict[str, tuple[str, ...]]
    properties: tuple[str, ...] | None
    geometry: bool
    sort: Sort


class ParameterReader:
    """Reads parameters and collects what is wrong with them."""

    def __init__(self, pairs: Pairs, known: Sequence[str]) -> None:
        self.errors: list[FieldError] = []
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            if name not in known:
                self.wrong(name[:100], N_("Không có tham số này."))
            elif "\0" in value or len(value) > _LONGEST:
                self.wrong(name, N_("Có ký tự không đọc được."))
            else:
                self._values.setdefault(name, []).append(value)

    def wrong(self, name: str, message: str, **params: object) -> None:
        """Remember what is wrong with one parameter."""
        self.errors.append(FieldError(("query", name), message, params or None))

    def check(self) -> None:
        """Raises Malformed that names every wrong parameter: 400, as the standard wants it."""
        if self.errors:
            raise Malformed(N_("Vui lòng sửa các mục được nêu."), errors=self.errors)

    def every(self, name: str) -> list[str]:
        """Return all values of a parameter that were sent."""
        return [value for value in self._values.get(name, []) if value.strip()]

    def one(self, name: str) -> str | None:
        """Return the value of a parameter that may come once."""
        found = self.every(name)
        if len(found) > 1:
            self.wrong(name, N_("Tham số này chỉ được gửi một lần."))
        return found[0].strip() if found else None

    def whole(self, name: str, usual: int, least: int) -> int:
        """Return a whole number of at least `least`."""
        text = self.one(name)
        if text is None:
            return usual
        if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
            self.wrong(name, N_("Cần số nguyên từ {least} trở lên."), least=least)
            return usual
        return int(text)

    def crs(self, name: str) -> None:
        """Refuse every reference system but longitude and latitude."""
        text = self.one(name)
        if text is not None and text != CRS84:
            self.wrong(name, N_("Chỉ có hệ tọa độ {crs}."), crs=CRS84)


def check_plain(pairs: Pairs, known: Sequence[str] = COMMON) -> None:
    """Raises Malformed where a page without filters is asked for with a parameter it does not have."""
    reader = ParameterReader(pairs, known)
    if "crs" in known:
        reader.crs("crs")
    if reader.one("f") not in (None, *FORMS):
        reader.wrong("f", N_("Hãy chọn một trong: {expected}."), expected=", ".join(FORMS))
    reader.check()


def read_items(pairs: Pairs, collection: Collection, reference: Reference) -> ItemsQuery:
    """Read the parameters of a collection's items. Raises Malformed that names every wrong one.

    A limit above the most is cut to it; a limit of nothing, or of fewer, is wrong.
    """
    reader = ParameterReader(pairs, (*OF_ITEMS, *collection.filters))
    for name in ("crs", "bbox-crs"):
        reader.crs(name)
    query = ItemsQuery(
        limit=min(reader.whole("limit", USUAL, 1), MOST),
        offset=reader.whole("offset", 0, 0),
        cursor=reader.one("cursor"),
        bbox=_bbox(reader, reference),
        interval=_interval(reader),
        filters={name: _any_of(text) for name in collection.filters if (text := reader.one(name))},
        properties=_properties(reader, collection),
        geometry=not _yes(reader, "skipGeometry"),
        sort=_sort(reader, collection),
    )
    if query.offset > MOST_OFFSET:
        reader.wrong("offset", N_("Nhiều nhất là {most}; hãy đi tiếp bằng liên kết next."), most=MOST_OFFSET)
    reader.check()
    return query


def _any_of(text: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in text.split(",")[:50] if value.strip())


def _yes(reader: ParameterReader, name: str) -> bool:
    text = reader.one(name)
    if text not in (None, "true", "false"):
        reader.wrong(name, N_("Cần true hoặc false."))
    return text == "true"


def _properties(reader: ParameterReader, collection: Collection) -> tuple[str, ...] | None:
    text = reader.one("properties")
    if text is None:
        return None
    values = _any_of(text)
    for name in values:
        if name not in collection.properties:
            reader.wrong("properties", N_("Không có thuộc tính “{code}”."), code=name)
    return values


def _sort(reader: ParameterReader, collection: Collection) -> Sort:
    sorts: dict[str, Sort] = {
        "created_at": "created_at",
        "-created_at": "-created_at",
        "updated_at": "updated_at",
        "-updated_at": "-updated_at",
    }
    text = reader.one("sortby")
    if text is None:
        return "-created_at"
    name = text.removeprefix("+")
    if name not in sorts or name.removeprefix("-") not in collection.sorts:
        choices = ", ".join(collection.sorts)
        reader.wrong("sortby", N_("Chỉ sắp xếp được theo: {choices}."), choices=choices or "–")
        return "-created_at"
    return sorts[name]


def _bbox(reader: ParameterReader, reference: Reference) -> BBox | None:
    """Return the box of four or six numbers; one over the date line is cut to the half with the city."""
    text = reader.one("bbox")
    if text is None:
        return None
    parts = text.split(",")
    if len(parts) == 6:
        if to_float(parts[2]) is None or to_float(parts[5]) is None:
            reader.wrong("bbox", N_("Khung cần bốn hoặc sáu số."))
            return None
        parts = [parts[0], parts[1], parts[3], parts[4]]
    west, east = (to_float(parts[at]) if len(parts) == 4 else None for at in (0, 2))
    if west is not None and east is not None and west > east:
        parts[0], parts[2] = (parts[0], "180") if reference.config.middle[0] >= east else ("-180", parts[2])
    try:
        return parse_bbox(",".join(parts))
    except BBoxError as error:
        reader.wrong("bbox", BBOX_MESSAGES[error.problem])
        return None


def _interval(reader: ParameterReader) -> Interval:
    """Return what all intervals sent have in common: a client sends one for each of its conditions."""
    common = Interval()
    for text in reader.every("datetime"):
        found = _read_interval(text.strip().replace(" ", "+"))
        if found is None:
            reader.wrong(
                "datetime", N_("Cần thời điểm hoặc khoảng như 2026-05-01T00:00:00Z/.. theo RFC 3339.")
            )
            continue
        common = common.within(found)
    return common


def _read_interval(text: str) -> Interval | None:
    parts = text.split("/")
    if len(parts) > 2:
        return None
    try:
        first, last = _moment(parts[0]), _moment(parts[-1])
    except ValueError:
        return None
    if len(parts) == 1:
        return Interval(first[0], first[1]) if first else None
    if first and last and first[0] > last[0]:
        return None
    return Interval(first[0] if first else None, last[1] if last else None)


def _moment(text: str) -> tuple[datetime, datetime] | None:
    """Return (the moment, the end of what it names: a day, or its millisecond); None of an open end.

    GDAL sends a bare day with a trailing `T`, QGIS the years 0 and 9999 for open ends. A time without a zone
    is UTC, in which features tell theirs. Raises ValueError.
    """
    text = text.strip().removesuffix("T")
    if text in ("", "..") or text.startswith(("0000-", "9999-")):
        return None
    moment = datetime.fromisoformat(text)
    if len(text) < len("2026-05-04") or not text[:4].isdigit() or not 1 < moment.year < 9998:
        raise ValueError(text)
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    whole_day = len(text) == len("2026-05-04") and moment.time() == time()
    return moment, moment + (timedelta(days=1) if whole_day else CLOSE)
