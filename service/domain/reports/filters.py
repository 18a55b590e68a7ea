"""Filters of lists of reports: reading of a query's words into ids, boxes and times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from geo.geojson import BBoxError, BBoxProblem, parse_bbox
from geo.points import BBox, PointError, parse_pair
from service.domain.city.reference import Reference
from service.domain.kernel.codes import tidy_code
from service.domain.kernel.texts import tidy
from service.domain.reports.drafts import PLACE_MESSAGES, YEARS, moment_in_utc
from service.errors import FieldError, Invalid
from service.i18n import N_
from service.models import Status

MOST_VALUES = 50
DEFAULT_RADIUS_M = 1_000.0
MOST_RADIUS_M = 20_000.0

Params = Mapping[str, object]
"""Query parameters of a list by name: texts, or values that were checked before; missing and None are alike.
"""

_NO_MOMENT = N_("Cần ngày (2026-05-04) hoặc ngày giờ có múi giờ (2026-05-04T08:30:00+07:00).")

BBOX_MESSAGES: Mapping[BBoxProblem, str] = {
    BBoxProblem.COUNT: N_("Khung cần bốn số: tây,nam,đông,bắc."),
    BBoxProblem.NOT_A_NUMBER: N_("Khung cần bốn số: tây,nam,đông,bắc."),
    BBoxProblem.OUT_OF_RANGE: N_("Tọa độ nằm ngoài giới hạn: lon từ -180 đến 180, lat từ -90 đến 90."),
    BBoxProblem.ORDER: N_("Khung sai thứ tự: tây ≤ đông và nam ≤ bắc."),
}


@dataclass(frozen=True, slots=True)
class Circle:
    """Circle around a place: WGS 84 degrees and a radius in metres."""

    lon: float
    lat: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of reports; None means no such condition. `…_after` is included, `…_before` is not.

    `code` and `words` come from what was typed into the search box; `original` seeks the words also in what
    is masked to the public. `former` takes also the cases that the departments had a part in before.
    """

    bbox: BBox | None = None
    near: Circle | None = None
    categories: frozenset[int] | None = None
    statuses: frozenset[str] | None = None
    wards: frozenset[int] | None = None
    departments: frozenset[int] | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    overdue: bool | None = None
    code: str | None = None
    words: str | None = None
    original: bool = False
    former: bool = False


@dataclass
class FilterReader:
    """Reads the values of one query string and collects what is wrong with them."""

    params: Params
    errors: list[FieldError] = field(default_factory=list)

    def wrong(self, name: str, message: str, **params: object) -> None:
        """Remember what is wrong with one parameter."""
        self.errors.append(FieldError(("query", name), message, params or None))

    def check(self) -> None:
        """Raises Invalid that names every wrong parameter."""
        if self.errors:
            raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=self.errors)

    def text(self, name: str) -> str:
        """Return the text of one parameter; empty where it is missing."""
        value = self.params.get(name)
        return value if isinstance(value, str) else ""

    def values(self, name: str) -> list[str]:
        """Return the values of a comma list, in their order; empty where the parameter is missing."""
        found = [value.strip() for value in self.text(name).split(",") if value.strip()]
        if len(found) > MOST_VALUES:
            self.wrong(name, N_("Nhiều quá {max_length} mục."), max_length=MOST_VALUES)
            return []
        return list(dict.fromkeys(found))

    def known(self, name: str, find: Callable[[str], Iterable[int]], message: str) -> frozenset[int] | None:
        """Return the ids behind the codes of a comma list; a code that finds nothing is wrong."""
        if not (codes := self.values(name)):
            return None
        found: set[int] = set()
        for code in codes:
            ids = frozenset(find(code))
            if not ids:
                self.wrong(name, message, code=code)
            found |= ids
        return frozenset(found)

    def bbox(self, name: str = "bbox") -> BBox | None:
        """Return the box written as `west,south,east,north`, in degrees; a malformed one is noted
        as wrong.
        """
        if not (text := self.text(name)):
            return None
        try:
            return parse_bbox(text)
        except BBoxError as error:
            self.wrong(name, BBOX_MESSAGES[error.problem])
            return None

    def moment(self, name: str, zone: str) -> datetime | None:
        """Return a time with its zone, or a day, which begins at midnight in the city."""
        if not (text := self.text(name)):
            return None
        try:
            # An unescaped plus arrives as a space.
            moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
        except ValueError:
            moment = None
        if moment is not None and len(text.strip()) == len("2026-05-04"):
            moment = datetime.combine(date(moment.year, moment.month, moment.day), time(), ZoneInfo(zone))
        if moment is None or moment.tzinfo is None or moment.year not in YEARS:
            self.wrong(name, _NO_MOMENT)
            return None
        return moment_in_utc(moment)


def read_filters(reference: Reference, params: Params) -> Filters:
    """Return the filters of a list from its query parameters. Raises Invalid that names every wrong one."""
    reader = FilterReader(params)
    words, overdue = tidy(reader.text("q")), params.get("overdue")
    filters = Filters(
        bbox=reader.bbox(),
        near=read_near(reader),
        categories=categories_of(reader, reference),
        statuses=statuses_of(reader),
        wards=wards_of(reader, reference),
        departments=departments_of(reader, reference),
        created_after=reader.moment("created_after", reference.timezone),
        created_before=reader.moment("created_before", reference.timezone),
        updated_after=reader.moment("updated_after", reference.timezone),
        updated_before=reader.moment("updated_before", reference.timezone),
        overdue=overdue if isinstance(overdue, bool) else None,
        code=tidy_code(words),
        words=words or None,
    )
    reader.check()
    return filters


def categories_of(reader: FilterReader, reference: Reference) -> frozenset[int] | None:
    """Return the categories named, with all below them."""
    return reader.known("category", reference.categories_below, N_("Không có loại phản ánh “{code}”."))


def wards_of(reader: FilterReader, reference: Reference) -> frozenset[int] | None:
    """Return every boundary that the wards named have or had."""
    return reader.known("ward", reference.ward_ids, N_("Không có phường, xã “{code}”."))


def departments_of(reader: FilterReader, reference: Reference) -> frozenset[int] | None:
    """Return the departments named."""
    by_code = reference.department_by_code
    return reader.known(
        "department",
        lambda code: [by_code[code].id] if code in by_code else [],
        N_("Không có đơn vị “{code}”."),
    )


def statuses_of(reader: FilterReader) -> frozenset[Status] | None:
    """Return the statuses that the query names, None where it names none."""
    known = {status.value: status for status in Status}
    statuses = reader.values("status")
    if set(statuses) - set(known):
        reader.wrong("status", N_("Hãy chọn một trong: {expected}."), expected=", ".join(known))
    return frozenset(known[each] for each in statuses if each in known) or None


def codes_of(reader: FilterReader, reference: Reference) -> frozenset[str] | None:
    """Return the codes of reports that the query names, in any spelling; None where it names none. Whether
    there are such reports is not asked: a code that nobody has and one that nobody may see look the same.
    """
    found: set[str] = set()
    for each in reader.values("report"):
        if (code := tidy_code(each, reference.code_prefix)) is None:
            reader.wrong("report", N_("Không có phản ánh này. Hãy xem lại mã."))
        else:
            found.add(code)
    return frozenset(found) or None


def read_near(reader: FilterReader) -> Circle | None:
    """Return the circle of `near` and `radius_m`."""
    text, radius_m = reader.text("near"), reader.params.get("radius_m")
    if not text:
        if radius_m is not None:
            reader.wrong("radius_m", N_("radius_m cần đi cùng near."))
        return None
    try:
        lon, lat = parse_pair(text)
    except PointError as error:
        reader.wrong("near", PLACE_MESSAGES[error.problem])
        return None
    return Circle(lon, lat, float(radius_m) if isinstance(radius_m, int | float) else DEFAULT_RADIUS_M)


def in_whole_days(filters: Filters, timezone: str) -> Filters:
    """Return the same filters with moments of reception widened to whole days of the city.

    Figures are kept by their filters: a key for every second of a year would be a recount for each.
    """
    zone = ZoneInfo(timezone)
    after, before = filters.created_after, filters.created_before
    if after is not None:
        after = _midnight(after.astimezone(zone).date(), zone)
    if before is not None:
        local = before.astimezone(zone)
        last = local.date() - timedelta(days=local.time() == time())
        before = _midnight(last + timedelta(days=1), zone)
    return replace(filters, created_after=after, created_before=before)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
