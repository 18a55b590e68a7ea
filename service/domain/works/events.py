"""Writing events of works and plans into the one log, and telling a retry from a second request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.reports.events import Actor
from service.models import Commendation, Event, Movement, Plan, Subject, Work, WorkEventType


def record_work(
    session: Session,
    work: Work,
    type: WorkEventType,  # noqa: A002 - the event's own word
    *,
    actor: Actor,
    at: datetime,
    data: Mapping[str, object] | None = None,
    repeat_key: str | None = None,
    public: bool = False,
) -> Event:
    """Add one event that tells of `work` as it is now; public only where the work is, or where this event
    alone is made known.
    """
    event = _record(session, Subject.WORK, work.id, type, actor, at, data, repeat_key, work)
    event.public = event.public or public
    return event


def record_plan(
    session: Session,
    plan: Plan,
    type: WorkEventType,  # noqa: A002 - the event's own word
    *,
    actor: Actor,
    at: datetime,
    data: Mapping[str, object] | None = None,
    repeat_key: str | None = None,
) -> Event:
    """Add one event that tells of `plan` as it is now; public only where the plan is."""
    return _record(session, Subject.PLAN, plan.id, type, actor, at, data, repeat_key, plan)


def record_movement(
    session: Session,
    movement: Movement,
    type: WorkEventType,  # noqa: A002 - the event's own word
    *,
    actor: Actor,
    at: datetime,
) -> Event:
    """Add one event that tells of `movement` as it is now; public only where the movement is."""
    return _record(session, Subject.MOVEMENT, movement.id, type, actor, at, None, None, movement)


def record_commendation(session: Session, row: Commendation, *, actor: Actor, at: datetime) -> Event:
    """Add the event that tells of praise or criticism as it was given; public only where that is."""
    type_ = WorkEventType.COMMENDATION_GIVEN
    return _record(session, Subject.COMMENDATION, row.id, type_, actor, at, None, None, row)


def was_requested(session: Session, kind: Subject, subject_id: object, actor: Actor, repeat_key: str) -> bool:
    """Return whether this very request of this person was carried out before: the answer to it was lost."""
    made = select(Event.id).where(
        Event.report_id.is_(None),
        Event.subject_id == str(subject_id),
        Event.subject_kind == kind,
        Event.repeat_key == repeat_key,
        Event.staff_id == actor.staff_id,
    )
    return session.scalar(made.limit(1)) is not None


def _record(
    session: Session,
    kind: Subject,
    subject_id: UUID | int,
    type_: WorkEventType,
    actor: Actor,
    at: datetime,
    data: Mapping[str, object] | None,
    repeat_key: str | None,
    about: Work | Plan | Movement | Commendation,
) -> Event:
    if isinstance(about, Work):
        state, ward, lead = str(about.status), about.ward_id, about.lead_id
    elif isinstance(about, Commendation):
        state, ward, lead = str(about.form), None, about.unit_id
    else:
        state, ward, lead = str(about.state), None, about.issuer_id
    event = Event(
        subject_kind=kind,
        subject_id=str(subject_id),
        type=type_,
        at=at,
        public=about.public,
        actor=actor.kind,
        staff_id=actor.staff_id,
        status=state,
        ward_id=ward,
        lead_id=lead,
        data=dict(data or {}),
        repeat_key=repeat_key,
    )
    session.add(event)
    return event
