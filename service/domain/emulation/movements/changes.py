"""Changes after the figures were frozen: they move no place, and are counted so that nobody wonders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, brief_of_unit
from service.domain.emulation.access import pool_units
from service.domain.emulation.shapes import ChangedCase
from service.domain.figures.packs import midnight
from service.domain.reports.events import Actor
from service.domain.works.access import READERS
from service.models import Event, EventType, Movement, Report, Role

TOLD = (
    EventType.RESOLVED,
    EventType.REOPENED,
    EventType.SENT_BACK,
    EventType.EXTENDED,
    EventType.RATED,
    EventType.HANDED_ON,
    EventType.REFUSED,
    EventType.REJECTED,
    EventType.MERGED,
    EventType.WITHDRAWN,
)
"""Events after which a figure of a unit may be another one."""
MOST, SHOWN = 1000, 30


def changed_since(session: Session, reference: Reference, movement: Movement) -> int:
    """Return how many reports of the movement's days and units changed since its figures were frozen, at most
    MOST; 0 while they are counted.
    """
    if movement.frozen_at is None:
        return 0
    found = select(Report.id).where(*_changed(reference, movement, movement.frozen_at)).limit(MOST)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def list_changes(
    session: Session, reference: Reference, actor: Actor, movement: Movement
) -> list[ChangedCase]:
    """Return the newest of these reports that the asker may open, as many as a page shows."""
    since = movement.frozen_at
    if since is None or actor.role not in READERS:
        return []
    at = select(func.max(Event.at)).where(_told(since, TOLD)).correlate(Report).scalar_subquery()
    query = select(Report.code, Report.lead_id, at.label("at")).where(*_changed(reference, movement, since))
    if actor.role in (Role.DEPARTMENT, Role.MANAGER) and not actor.of_city:
        query = query.where(Report.lead_id.in_(sorted(actor.departments)))
    rows = session.execute(query.order_by(Report.updated_at.desc(), Report.code).limit(SHOWN))
    return [
        ChangedCase(
            code=row.code,
            unit=brief_of_unit(reference, row.lead_id),
            at=row.at,
        )
        for row in rows
    ]


def _changed(reference: Reference, movement: Movement, since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the condition for reports of the movement's days that its units lead,
    or led until they were handed on since.
    """
    zone = ZoneInfo(reference.timezone)
    units = sorted({below for unit in pool_units(movement) for below in reference.departments_below(unit)})
    moved = and_(Report.former_ids.overlap(units), exists().where(_told(since, (EventType.HANDED_ON,))))
    return (
        Report.updated_at > since,
        or_(Report.lead_id.in_(units), moved),
        exists().where(_told(since, TOLD)),
        Report.created_at >= midnight(movement.first, zone),
        Report.created_at < midnight(movement.last, zone, 1),
    )


def _told(since: datetime, types: Sequence[EventType]) -> ColumnElement[bool]:
    return and_(Event.report_id == Report.id, Event.at > since, Event.type.in_(types))
