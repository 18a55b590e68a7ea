"""The feed as people read it: the latest steps of reports with their photos, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import CategoryView, Reference
from service.domain.kernel.sql import AnyRow
from service.domain.queries.feed import FeedFilter, latest_events
from service.domain.queries.views import NamedCode, PhotoLinks, department_named, ward_named
from service.domain.reports.photos import photo_links, public_photos
from service.models import Report


@dataclass(frozen=True, slots=True)
class News:
    """Step of one report. `before` and `after`: a photo of the report and one of the work, if any.

    `words` and `address` are what its reporter wrote, masked by the city's rule.
    """

    position: int
    type: str
    at: datetime
    code: str
    status: str
    category: CategoryView
    ward: NamedCode | None
    lead: NamedCode | None
    data: dict[str, object]
    before: PhotoLinks | None
    after: PhotoLinks | None
    lon: float
    lat: float
    words: str = ""
    address: str = ""


def read_news(
    session: Session,
    reference: Reference,
    filters: FeedFilter,
    *,
    public_url: str,
    before: int | None = None,
    limit: int = 40,
) -> list[News]:
    """Return the last `limit` public events that are wanted, before a position; four queries however many."""
    rows = latest_events(session, reference, filters, before=before, limit=limit, shown=True)
    photos = public_photos(session, list({row.report_id for row in rows}))
    shown = {
        key: [PhotoLinks(**photo_links(view, public_url)) for view in found] for key, found in photos.items()
    }
    written = _written(session, [row.report_id for row in rows])
    return [
        _news(reference, row, shown.get(row.report_id, ()), written.get(row.report_id, ("", "")))
        for row in rows
    ]


def _written(session: Session, report_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return description and address of these reports, those that are public."""
    columns = (Report.id, Report.description, Report.address)
    rows = session.execute(select(*columns).where(Report.id.in_(set(report_ids)), Report.published))
    return {row.id: (row.description, row.address) for row in rows}


def news_candidates(
    session: Session,
    reference: Reference,
    filters: FeedFilter,
    since: datetime,
    *,
    public_url: str,
    limit: int,
) -> list[News]:
    """Return the last `limit` wanted events, of them those since then that show a place before and now."""
    latest = read_news(session, reference, filters, public_url=public_url, limit=limit)
    return [each for each in latest if each.at >= since and each.before and each.after]


def _news(reference: Reference, row: AnyRow, photos: Sequence[PhotoLinks], written: tuple[str, str]) -> News:
    mask = reference.masking_of(row.category_id)
    before = [photo for photo in photos if photo.kind == "report"]
    after = [photo for photo in photos if photo.kind == "evidence"]
    return News(
        position=row.position,
        type=row.type,
        at=row.at,
        code=row.code,
        status=row.status,
        category=reference.categories[row.category_id],
        ward=ward_named(reference, row.ward_id),
        lead=department_named(reference, row.lead_id),
        data=mask.mapping(row.data),
        before=before[0] if before else None,
        after=after[-1] if after else None,
        lon=row.lon,
        lat=row.lat,
        words=mask.text(written[0]),
        address=mask.text(written[1]),
    )
