"""Timeline of one report: its events, oldest first, as far as the asker may know them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.masking import UNMASKED
from service.domain.kernel.sql import AnyRow
from service.domain.queries.views import NamedCode, View, department_named
from service.domain.reports.access import Access, Asker, find_report
from service.domain.reports.contractors import NOTE, events_for
from service.domain.reports.event_rules import EventReader, read_by
from service.models import Event, EventType, Staff
from service.models.reports.event import ActorKind


class TimelineEvent(View):
    """Fact: what happened, when, who did it (reporter, follower, staff, system, integrator), and the report's
    status and lead department after it. `data` depends on the type.
    """

    type: str
    at: datetime
    actor: str
    status: str
    lead: NamedCode | None
    data: dict[str, Any]


class InsideEvent(TimelineEvent):
    """Event of a timeline for colleagues: with its author, whether the public sees it, and what is
    for staff alone.
    """

    public: bool
    staff: str | None
    private: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Page; `next` is the id of the last event when there are more."""

    items: Sequence[TimelineEvent]
    next: int | None


def timeline(
    session: Session,
    reference: Reference,
    asker: Asker,
    name: str | UUID,
    *,
    now: datetime,
    after: int = 0,
    limit: int = 50,
) -> Timeline:
    """Return the report's events after the one with the id `after`. Raises as `access.find_report`."""
    access = find_report(session, asker, name, now=now)
    query = (
        select(
            Event.id,
            Event.type,
            Event.at,
            Event.actor,
            Event.status,
            Event.lead_id,
            Event.data,
            Event.public,
            Event.private,
            Staff.name.label("staff"),
            Staff.department_id.label("employer_id"),
        )
        .outerjoin(Staff, Staff.id == Event.staff_id)
        .where(Event.report_id == access.report.id, Event.id > after, _known_to(session, access))
        .order_by(Event.id)
        .limit(limit + 1)
    )
    rows = session.execute(query).all()
    items = [_item(reference, access, row) for row in rows[:limit]]
    return Timeline(items, rows[limit - 1].id if len(rows) > limit else None)


def _known_to(session: Session, access: Access) -> ColumnElement[bool]:
    if access.hired:
        return events_for(session, access)
    if access.inside:
        return true()
    if access.actor.kind == ActorKind.REPORTER:
        own_words = and_(Event.type == EventType.COMMENT_ADDED, Event.data["kind"].astext != NOTE)
        return or_(Event.public, Event.type.in_(sorted(read_by(EventReader.REPORTER))), own_words)
    if access.actor.kind == ActorKind.FOLLOWER:
        return or_(Event.public, Event.type.in_(sorted(read_by(EventReader.FOLLOWER))))
    return Event.public.is_(True)


def _item(reference: Reference, access: Access, row: AnyRow) -> TimelineEvent:
    mask = UNMASKED if access.reads_original else reference.masking_of(access.report.category_id)
    visible_data = {
        "type": row.type,
        "at": row.at,
        "actor": row.actor,
        "status": row.status,
        "lead": department_named(reference, row.lead_id),
        "data": mask.values(row.data),
    }
    if not access.inside:
        return TimelineEvent(**visible_data)
    private = row.private if not access.hired or row.employer_id in access.actor.departments else None
    return InsideEvent(**visible_data, public=row.public, staff=row.staff, private=private)
