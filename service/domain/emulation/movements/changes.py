"""Changes after the figures were frozen: they move no place, and are counted so that nobody wonders."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.emulation.access import pool_units
from service.domain.figures.packs import midnight
from service.models import Event, EventType, Movement, Report

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
MOST = 1000


def changed_since(session: Session, reference: Reference, movement: Movement) -> int:
    """Return how many reports of the movement's days and units changed since its figures were frozen, at most
    MOST; 0 while they are counted.
    """
    if movement.frozen_at is None:
        return 0
    zone = ZoneInfo(reference.timezone)
    units = {below for unit in pool_units(movement) for below in reference.departments_below(unit)}
    since: datetime = movement.frozen_at
    changed = exists().where(Event.report_id == Report.id, Event.at > since, Event.type.in_(TOLD))
    found = (
        select(Report.id)
        .where(Report.updated_at > since, Report.lead_id.in_(sorted(units)), changed)
        .where(Report.created_at >= midnight(movement.first, zone))
        .where(Report.created_at < midnight(movement.last, zone, 1))
        .limit(MOST)
    )
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0
