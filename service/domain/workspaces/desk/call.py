"""Reports that a caller may mean: those that are open close to the place they name."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.queries.similar import SimilarReport, family_of, nearest_reports
from service.domain.reports.access import Asker, visible
from service.domain.reports.drafts import check_place
from service.domain.reports.events import Actor
from service.domain.reports.filters import Circle, Filters
from service.models import OPEN

ANY_KIND_M = 60
"""As long as no kind is chosen: open reports of every kind so close to the place, in metres."""

MOST = 5


def reports_near_call(
    session: Session,
    reference: Reference,
    actor: Actor,
    category_code: str,
    lon: float,
    lat: float,
    *,
    now: datetime,
) -> list[SimilarReport]:
    """Return open reports that the caller may mean, published or not, nearest first.

    Of a known kind within its radius and window for duplicates; else of every kind close by. None for a place
    outside the city.
    """
    if check_place(reference, lon, lat):
        return []
    kind = reference.category_by_code.get(category_code)
    if kind is None:
        filters = Filters(near=Circle(lon, lat, ANY_KIND_M), statuses=OPEN)
    else:
        filters = Filters(
            near=Circle(lon, lat, max(ANY_KIND_M, kind.duplicate_radius_m)),
            categories=family_of(reference, kind),
            statuses=OPEN,
            created_after=now - timedelta(hours=kind.duplicate_window_hours),
        )
    shown = visible(Asker(staff=actor))
    return nearest_reports(
        session, reference, filters, shown, now=now, public_url="", reader=actor, limit=MOST
    )
