"""Open reports that a new one may repeat, shown to its sender before it is sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from service.domain.city.reference import CategoryView, Reference
from service.domain.queries.lists import list_reports
from service.domain.queries.views import ReportView, public_views
from service.domain.reports.access import NOBODY, visible
from service.domain.reports.drafts import check_place
from service.domain.reports.events import Actor
from service.domain.reports.filters import Circle, Filters
from service.errors import FieldError, Invalid
from service.i18n import N_
from service.models import OPEN


class SimilarReport(ReportView):
    """A report nearby, and how far away in metres."""

    distance_m: float


def similar_reports(
    session: Session,
    reference: Reference,
    category_code: str,
    lon: float,
    lat: float,
    *,
    now: datetime,
    public_url: str,
    limit: int = 10,
) -> list[SimilarReport]:
    """Return published open reports of the category (those above and below it too), within its radius and
    window.

    Nearest first. None where the category ignores repetitions. Raises Invalid for a category or place that
    does not exist.
    """
    category = _check(reference, category_code, lon, lat)
    if category.duplicate_action == "ignore":
        return []
    filters = Filters(
        near=Circle(lon, lat, category.duplicate_radius_m),
        categories=family_of(reference, category),
        statuses=OPEN,
        created_after=now - timedelta(hours=category.duplicate_window_hours),
    )
    return nearest_reports(
        session,
        reference,
        filters,
        visible(NOBODY),
        now=now,
        public_url=public_url,
        reader=None,
        limit=limit,
    )


def nearest_reports(
    session: Session,
    reference: Reference,
    filters: Filters,
    shown: ColumnElement[bool],
    *,
    now: datetime,
    public_url: str,
    reader: Actor | None,
    limit: int,
) -> list[SimilarReport]:
    """Return the reports that fit `filters` and `shown`, the nearest to `filters.near` first, as this reader
    may see them.
    """
    page = list_reports(session, filters, shown, now=now, sort="distance", limit=limit)
    views = public_views(session, reference, page.rows, now=now, public_url=public_url, reader=reader)
    return [
        SimilarReport(**dict(view), distance_m=round(row.key, 1))
        for view, row in zip(views, page.rows, strict=True)
    ]


def _check(reference: Reference, code: str, lon: float, lat: float) -> CategoryView:
    errors = []
    category = reference.category_by_code.get(code)
    if category is None:
        errors.append(
            FieldError(("query", "category"), N_("Không có loại phản ánh “{code}”."), {"code": code})
        )
    if message := check_place(reference, lon, lat):
        errors.append(FieldError(("query", "lon"), message))
    if errors or category is None:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)
    return category


def family_of(reference: Reference, category: CategoryView) -> frozenset[int]:
    """Return the ids of the category, of those above it and of all below it."""
    above = frozenset(reference.category_by_code[code].id for code in category.path)
    return above | reference.categories_below(category.code)
