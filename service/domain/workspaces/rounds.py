"""List of cases that an inspector has to verify: by distance from where they stand, or by the time
that is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.distance import haversine_m
from service.domain.city.reference import Reference
from service.domain.queries.views import COLUMNS, ReportRow, ReportView, StaffView, View, public_views
from service.domain.reports.access import Asker, find_report
from service.domain.reports.edges import INSPECTOR
from service.domain.reports.events import Actor
from service.domain.reports.lifecycle import roles_of
from service.domain.workspaces.selection import IS_EMERGENCY, watched_cases
from service.errors import NotFound
from service.i18n import N_, pick
from service.models import EMERGENCY, Report, Status

Sort = Literal["distance", "deadline"]


class CaseToVerify(StaffView):
    """A case as the inspector's phone keeps it. `verify_by`: it closes by itself then. `radius_m`: how far
    from the place an inspection may be without a reason; `distance_m`: from where the inspector asked.
    """

    title: str
    icon: str
    resolved_at: datetime | None
    verify_by: datetime | None
    radius_m: float
    distance_m: float | None
    open: bool


class InspectionRound(View):
    """The nearest or most pressing cases, and how many there are in all."""

    total: int
    items: list[CaseToVerify]


def list_to_verify(
    session: Session,
    reference: Reference,
    actor: Actor,
    *,
    sort: Sort,
    near: tuple[float, float] | None,
    limit: int,
    now: datetime,
    public_url: str,
) -> InspectionRound:
    """Return the cases that wait for this inspector, emergencies first; by distance only where `near` (lon,
    lat) is given.
    """
    waits = (Report.status == Status.RESOLVED, watched_cases(actor))
    query = select(*COLUMNS).where(*waits)
    if sort == "distance" and near:
        nearest = query.order_by(Report.location.op("<->")(_point(near)))
        # Two queries, each by its own index: one order by priority and distance could use neither.
        first = session.execute(nearest.where(IS_EMERGENCY).limit(limit)).all()
        rest = nearest.where(Report.priority != EMERGENCY).limit(limit - len(first))
        rows = [*first, *session.execute(rest)] if len(first) < limit else [*first]
    else:
        by_time = query.order_by(Report.priority, Report.resolved_at, Report.id)
        rows = [*session.execute(by_time.limit(limit))]
    items = _views(session, reference, rows, near, now, public_url, actor)
    if sort == "distance" and near:  # the index reckons in degrees, which are not alike in both directions
        items.sort(key=lambda each: (not each.emergency, each.distance_m or 0.0))
    total = session.scalar(select(func.count()).where(*waits)) or 0
    return InspectionRound(total=total, items=items)


def read_to_verify(
    session: Session, reference: Reference, asker: Asker, name: str | UUID, *, now: datetime, public_url: str
) -> CaseToVerify:
    """Return one case of this inspector's, in whatever state it is now. Raises NotFound for any other."""
    access = find_report(session, asker, name, now=now)
    if INSPECTOR not in roles_of(access.actor, access.report):
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    [item] = _views(session, reference, [access.report], None, now, public_url, access.actor)
    return item


def _views(
    session: Session,
    reference: Reference,
    rows: Sequence[ReportRow],
    near: tuple[float, float] | None,
    now: datetime,
    public_url: str,
    actor: Actor,
) -> list[CaseToVerify]:
    views = public_views(session, reference, rows, now=now, public_url=public_url, reader=actor)
    days = timedelta(days=reference.config.verification_days)
    return [_view(reference, view, row, days, near) for view, row in zip(views, rows, strict=True)]


def _view(
    reference: Reference,
    view: ReportView,
    row: ReportRow,
    days: timedelta,
    near: tuple[float, float] | None,
) -> CaseToVerify:
    category = reference.categories[row.category_id]
    return CaseToVerify(
        **dict(view),
        title=pick(category.name),
        icon=category.icon,
        resolved_at=row.resolved_at,
        verify_by=row.resolved_at + days if row.resolved_at else None,
        radius_m=category.inspection_radius_m,
        distance_m=round(haversine_m(*near, row.lon, row.lat), 1) if near else None,
        open=row.status == Status.RESOLVED,
        emergency=row.priority == EMERGENCY,
    )


def _point(near: tuple[float, float]) -> object:
    return func.ST_SetSRID(func.ST_MakePoint(*near), 4326)
