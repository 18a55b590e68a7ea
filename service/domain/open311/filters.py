"""Parameters of a list of requests: those of GeoReport and of its commonest extensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.sql import in_array
from service.domain.queries.detail import report_view
from service.domain.queries.lists import list_reports, list_views
from service.domain.queries.views import ReportView
from service.domain.reports.access import NOBODY, visible
from service.domain.reports.filters import MOST_RADIUS_M, MOST_VALUES, Filters, read_filters
from service.errors import FieldError, Invalid, NotFound
from service.i18n import N_
from service.models import FINISHED, Report, Status

MOST = 1000
"""Requests in one answer, and where no page is asked for."""

MOST_DEEP = 10_000
"""As far as pages lead: whoever wants more asks for a shorter time."""

SPAN = timedelta(days=90)
DATES = frozenset({"start_date", "end_date", "updated_after", "updated_before"})

TOO_LONG = N_("start_date và end_date cách nhau nhiều nhất 90 ngày.")
BAD_STATUS = N_("status chỉ nhận open hoặc closed.")
BAD_PAGE = N_("page và page_size cần là số từ 1; tất cả nhiều nhất 10.000 phản ánh.")
BAD_PLACE = N_("lat, long và radius cần là số; lat và long đi cùng nhau.")
TOO_MANY = N_("Nhiều nhất 50 mã một lần.")


@dataclass(frozen=True, slots=True)
class RequestsQuery:
    """Request for single reports by their codes, or for a page of those that fit the filters."""

    codes: tuple[str, ...]
    filters: Filters
    page: int = 1
    size: int = MOST


def read_requests_query(reference: Reference, params: Mapping[str, str], *, now: datetime) -> RequestsQuery:
    """Return what the parameters ask for; unknown ones are overlooked.

    Raises Invalid; NotFound for a service that there is not.
    """
    codes = tuple(dict.fromkeys(each.strip() for each in params.get("service_request_id", "").split(",")))
    codes = tuple(code for code in codes if code)
    if len(codes) > MOST_VALUES:
        raise Invalid(TOO_MANY)
    if codes:
        return RequestsQuery(codes, Filters())
    page, size = _count(params, "page", 1), min(_count(params, "page_size", MOST), MOST)
    if page * size > MOST_DEEP:
        raise Invalid(BAD_PAGE)
    try:
        filters = read_filters(reference, _in_our_words(with_zones(reference, params)))
    except Invalid as wrong:
        message = _in_their_words(wrong)
        if all(each.loc[-1] == "service_code" for each in message.errors) and message.errors:
            raise NotFound(message.detail, errors=message.errors) from None
        raise message from None
    if filters.created_after is None and not (filters.updated_after or filters.updated_before):
        after = (filters.created_before or now) - SPAN
        filters = _with(filters, after, filters.created_before)
    elif filters.created_after is not None and filters.created_before is None:
        filters = _with(filters, filters.created_after, filters.created_after + SPAN)
    start, end = filters.created_after, filters.created_before
    if start and end and end - start > SPAN:
        raise Invalid(TOO_LONG)
    return RequestsQuery((), filters, page, size)


def find_wanted(
    session: Session, reference: Reference, query: RequestsQuery, *, now: datetime, public_url: str
) -> list[ReportView]:
    """Return the public views of what is wanted, the newest first; of single ones those that are public.

    What has ended was updated last when it ended, as the specification has it.
    """
    if query.codes:
        found = _by_code(session, reference, query.codes, now, public_url)
    else:
        found = _listed(session, reference, query, now, public_url)
    ended = [view.id for view in found if view.status in FINISHED]
    if not ended:
        return found
    rows = session.execute(select(Report.id, Report.closed_at).where(in_array(Report.id, ended)))
    closed = {row.id: row.closed_at for row in rows if row.closed_at}
    return [
        view.model_copy(update={"updated_at": closed[view.id]}) if view.id in closed else view
        for view in found
    ]


def _listed(
    session: Session, reference: Reference, query: RequestsQuery, now: datetime, public_url: str
) -> list[ReportView]:
    after, before = None, (query.page - 1) * query.size
    if before:  # in one go: a thousand small pages would be a thousand lists
        skipped = list_reports(session, query.filters, visible(NOBODY), now=now, limit=before)
        if (after := skipped.next) is None:
            return []
    found = list_views(
        session,
        reference,
        query.filters,
        NOBODY,
        now=now,
        public_url=public_url,
        after=after,
        limit=query.size,
    )
    return found.items


def _by_code(
    session: Session, reference: Reference, codes: tuple[str, ...], now: datetime, public_url: str
) -> list[ReportView]:
    found: dict[str, ReportView] = {}
    for code in codes:
        try:
            view = report_view(session, reference, NOBODY, code, now=now, public_url=public_url)
        except NotFound:
            continue
        found[view.code] = view
    return list(found.values())


def with_zones(reference: Reference, params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters with times of the city's clock where a client left the zone out."""
    values = dict(params)
    for name in DATES & values.keys():
        try:
            moment = datetime.fromisoformat(values[name])
        except ValueError:
            continue
        if moment.tzinfo is None and len(values[name]) > len("2026-05-04"):
            values[name] = moment.replace(tzinfo=ZoneInfo(reference.timezone)).isoformat()
    return values


_THEIR_NAMES = {
    "category": "service_code",
    "created_after": "start_date",
    "created_before": "end_date",
    "near": "lat",
    "radius_m": "radius",
}


def _in_their_words(wrong: Invalid) -> Invalid:
    """Return the refusal with the names that the sender knows."""
    errors = [
        FieldError((_THEIR_NAMES.get(str(each.loc[-1]), str(each.loc[-1])),), each.msg, each.params)
        for each in wrong.errors
    ]
    return Invalid(wrong.detail, errors=errors)


def _with(filters: Filters, after: datetime, before: datetime | None) -> Filters:
    values = {name: getattr(filters, name) for name in filters.__slots__}
    return Filters(**(values | {"created_after": after, "created_before": before}))


def _in_our_words(params: Mapping[str, str]) -> dict[str, object]:
    data: dict[str, object] = {
        "category": params.get("service_code"),
        "created_after": params.get("start_date"),
        "created_before": params.get("end_date"),
        "status": _statuses(params.get("status", "")),
        **{name: params.get(name) for name in ("updated_after", "updated_before", "bbox")},
    }
    lat, lon = params.get("lat", ""), params.get("long", "") or params.get("lon", "")
    if bool(lat) != bool(lon):
        raise Invalid(BAD_PLACE)
    if lat:
        data |= {"near": f"{lon},{lat}", "radius_m": _radius(params.get("radius", ""))}
    return data


def _statuses(text: str) -> str | None:
    names = {each.strip().lower() for each in text.split(",") if each.strip()}
    if names - {"open", "closed"}:
        raise Invalid(BAD_STATUS)
    if len(names) != 1:
        return None
    return ",".join(each for each in Status if (each in FINISHED) == (names == {"closed"}))


def _radius(text: str) -> float | None:
    if not text:
        return None
    try:
        radius = float(text)
    except ValueError:
        raise Invalid(BAD_PLACE) from None
    if not 0 < radius <= MOST_RADIUS_M:
        raise Invalid(BAD_PLACE)
    return radius


def _count(params: Mapping[str, str], name: str, default: int) -> int:
    text = params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) > 0):
        raise Invalid(BAD_PAGE)
    return int(text)
