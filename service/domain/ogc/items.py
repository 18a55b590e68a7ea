"""Features of the collection of reports: public reports by the list's own filters, order and photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.deadlines.standing import is_late
from service.domain.kernel.codes import tidy_code
from service.domain.kernel.sql import AnyRow, expected_cost, in_array, plan_by_values
from service.domain.ogc.parameters import ItemsQuery
from service.domain.queries.conditions import conditions, index_alternatives
from service.domain.queries.lists import Key, list_reports
from service.domain.queries.views import COLUMNS
from service.domain.reports.access import Asker, visible
from service.domain.reports.filters import Filters
from service.domain.reports.photos import PhotoView, media_url, public_photos
from service.errors import NotFound
from service.i18n import N_, pick, translate
from service.i18n.wording import STATUSES
from service.models import Follower, Report, Status

Feature = dict[str, Any]

DEAREST_COUNT = 12_000.0
"""Counting for `numberMatched` may cost so much, in the planner's units: as reading 60,000 reports one after
another. What costs more is left out rather than guessed: among 1,000,000 reports the count of a box and a
quarter of a year took four times as long as its page.
"""

EVERYBODY = Asker()


@dataclass(frozen=True, slots=True)
class FeaturePage:
    """Features of one page; where the next one begins; `matched` is how many there are, where it is known."""

    features: list[Feature]
    next: Key | None = None
    matched: int | None = None


def item_filters(query: ItemsQuery, reference: Reference) -> Filters | None:
    """Return the list's filters, None where a value is asked for that no report has.

    A property is equal to a value: unlike the list, a category does not stand for those below it.
    """
    filters = query.filters
    statuses = categories = wards = None
    code = None
    if "status" in filters:
        known = {status.value: status for status in Status}
        statuses = frozenset(known[each] for each in filters["status"] if each in known)
    if "category" in filters:
        by_code = reference.category_by_code
        categories = frozenset(by_code[each].id for each in filters["category"] if each in by_code)
    if "ward_code" in filters:
        wards = frozenset(ward for each in filters["ward_code"] for ward in reference.ward_ids(each))
    if "code" in filters:
        code = filters["code"][0]
    if any(found is not None and not found for found in (statuses, categories, wards)):
        return None
    return Filters(
        bbox=query.bbox,
        statuses=statuses,
        categories=categories,
        wards=wards,
        created_after=query.interval.after,
        created_before=query.interval.before,
        code=code,
        words=code,
    )


def report_page(
    session: Session,
    reference: Reference,
    query: ItemsQuery,
    *,
    after: Key | None,
    now: datetime,
    public_url: str,
) -> FeaturePage:
    """Return a page of public reports. They are counted on the first page alone."""
    filters = item_filters(query, reference)
    if filters is None:
        return FeaturePage([], matched=0)
    skipped = query.offset if after is None else 0
    shown = visible(EVERYBODY)
    page = list_reports(
        session, filters, shown, now=now, sort=query.sort, after=after, limit=skipped + query.limit
    )
    matched = None
    if after is None:
        matched = len(page.rows) if page.next is None else _count(session, filters, now)
    features = report_features(session, reference, page.rows[skipped:], now=now, public_url=public_url)
    return FeaturePage(features, page.next, matched)


def report_feature(
    session: Session, reference: Reference, code: str, *, now: datetime, public_url: str
) -> Feature:
    """Return one public report. Raises NotFound."""
    tidied = tidy_code(code)
    query = select(*COLUMNS).where(Report.code == tidied, visible(EVERYBODY))
    row = session.execute(query).one_or_none() if tidied else None
    if row is None:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    [found] = report_features(session, reference, [row], now=now, public_url=public_url)
    return found


def report_features(
    session: Session, reference: Reference, rows: Sequence[AnyRow], *, now: datetime, public_url: str
) -> list[Feature]:
    """Return the features of rows of COLUMNS: three queries more, however many there are."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    photos, others = public_photos(session, ids), _supporters(session, ids)
    zone, base = ZoneInfo(reference.timezone), public_url.rstrip("/")
    return [
        {
            "type": "Feature",
            "id": row.code,
            "geometry": {"type": "Point", "coordinates": [round(row.lon, 6), round(row.lat, 6)]},
            "properties": _properties(
                reference, row, photos.get(row.id, ()), others.get(row.id, 0), now, zone, base
            ),
        }
        for row in rows
    ]


def _properties(
    reference: Reference,
    row: AnyRow,
    photos: Sequence[PhotoView],
    supporters: int,
    now: datetime,
    zone: ZoneInfo,
    base: str,
) -> dict[str, object]:
    """Return every property in the order and type of `REPORTS`: clients take both from the first few."""
    category = reference.categories[row.category_id]
    ward = reference.wards.get(row.ward_id or 0)
    lead = reference.departments.get(row.lead_id or 0)
    created_at = row.created_at.astimezone(UTC).isoformat(timespec="milliseconds")
    done_at = row.resolved_at or row.closed_at or now
    return {
        "code": row.code,
        "category": category.code,
        "category_name": pick(category.name),
        "status": str(row.status),
        "status_name": translate(STATUSES[row.status].name),
        "ward_code": ward.code if ward else None,
        "ward": ward.said_name if ward else None,
        "lead": pick(lead.name) if lead else None,
        "late": is_late(row, now),
        "created_at": created_at.replace("+00:00", "Z"),
        "due": _said(row.due_at, zone),
        "updated": _said(row.updated_at, zone),
        "closed": _said(row.closed_at, zone),
        "hours_open": max(0, int((done_at - row.created_at).total_seconds() // 3600)),
        "supporters": supporters,
        "photo_url": media_url(photos[0].public_key, base) if photos else None,
        "page_url": f"{base}/r/{row.code}",
    }


def _said(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """Return a time that no client takes for one."""
    if moment is None:
        return None
    here = moment.astimezone(zone)  # written out: `strftime` takes half of a page of a thousand
    return f"{here.day:02}/{here.month:02}/{here.year:04} {here.hour:02}:{here.minute:02}"


def _count(session: Session, filters: Filters, now: datetime) -> int | None:
    plan_by_values(session, work_mem="16MB", one_core=True)
    wanted = [visible(EVERYBODY), or_(*index_alternatives(filters)), *conditions(filters, now)]
    number = select(func.count()).select_from(Report).where(*wanted)
    return session.scalar(number) if expected_cost(session, number) <= DEAREST_COUNT else None


def _supporters(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many others saw each: followers, and senders of reports that were merged into it."""
    found: dict[UUID, int] = {}
    for column in (Follower.report_id, Report.duplicate_of_id):
        counted = select(column, func.count()).where(in_array(column, ids)).group_by(column)
        for report_id, number in session.execute(counted):
            if report_id is not None:
                found[report_id] = found.get(report_id, 0) + number
    return found
