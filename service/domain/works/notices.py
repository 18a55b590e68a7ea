"""Telling colleagues of works: a line on their bell, once for each event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.casework.passing_time.warnings import CITY_MANAGER, DESK, HOLDER, MANAGER
from service.domain.city.reference import Reference
from service.models import (
    CASE_HOLDERS,
    Event,
    OwnNotice,
    Role,
    Staff,
    Work,
    WorkEventType,
    WorkKind,
)

KEEPER, EXECUTING = DESK, "executing"
"""Where reports have the coordinators' desk, works have the people of the unit that keeps them."""

CONCERNED: Mapping[str, tuple[str, ...]] = {
    WorkEventType.CREATED: (HOLDER,),
    WorkEventType.HANDED_ON: (HOLDER,),
    WorkEventType.ENTRUSTED: (HOLDER,),
    WorkEventType.SENT_BACK: (HOLDER,),
    WorkEventType.WAITING: (KEEPER,),
    WorkEventType.RESUMED: (HOLDER,),
    WorkEventType.DONE: (KEEPER,),
    WorkEventType.DROPPED: (HOLDER,),
    WorkEventType.EXTENSION_ASKED: (KEEPER, MANAGER),
    WorkEventType.EXTENDED: (HOLDER,),
    WorkEventType.EXTENSION_DECLINED: (HOLDER,),
    WorkEventType.RAISED: (KEEPER,),
    WorkEventType.RAISED_AGAIN: (KEEPER,),
    WorkEventType.SUMMARISED: (MANAGER,),
    WorkEventType.CABLE_PLANNED: (EXECUTING,),
    WorkEventType.CABLE_SENT_BACK: (EXECUTING,),
    WorkEventType.CABLE_AGREED: (KEEPER,),
    WorkEventType.CABLE_BLOCKED: (KEEPER,),
    WorkEventType.CABLE_DONE: (KEEPER,),
    WorkEventType.SURVEY_DONE: (KEEPER,),
}
"""Who is told of what happened to a work, beside who raised it."""

_TO_THE_RAISER: frozenset[str] = frozenset(
    {WorkEventType.ANSWERED, WorkEventType.DECIDED, WorkEventType.RETURNED}
)


def tell_concerned(session: Session, reference: Reference, work: Work, event: Event, now: datetime) -> None:
    """Tell the event on the bells of those whom it concerns."""
    people = people_of(session, reference, work, CONCERNED.get(event.type, ()))
    if event.type in _TO_THE_RAISER and work.created_by is not None:
        people.append(work.created_by)
    tell_people(session, work, event, people, now)


def tell_people(session: Session, work: Work, event: Event, people: Iterable[int], now: datetime) -> None:
    """Write the event on these colleagues' bells, but not on that of who did it."""
    session.flush()
    rows = [
        {
            "staff_id": each,
            "work_id": work.id,
            "occasion": f"event:{event.id}",
            "type": event.type,
            "by_id": event.staff_id,
            "at": now,
        }
        for each in sorted(set(people) - {event.staff_id or 0})
    ]
    if rows:
        session.execute(insert(OwnNotice).values(rows).on_conflict_do_nothing())


def people_of(session: Session, reference: Reference, work: Work, circles: Iterable[str]) -> list[int]:
    """Return the accounts of these circles: who holds the work or its unit's people, their leaders, those of
    the city, and for all else the keeper's people. A difficulty is held by its keeper; the director's people
    lead it.
    """
    holding, leading = work.lead_id, work.lead_id
    if work.kind == WorkKind.DIFFICULTY:
        holding, leading = work.keeper_id, work.director_id
    found: set[int] = set()
    for circle in circles:
        if circle == HOLDER and work.holder_id is not None:
            found.add(work.holder_id)
        elif circle == EXECUTING and work.executor_id is not None:
            found |= _accounts(session, reference, work.executor_id, (Role.EXECUTOR, *CASE_HOLDERS))
        elif circle == HOLDER:
            found |= _accounts(session, reference, holding, CASE_HOLDERS)
        elif circle == MANAGER:
            found |= _accounts(session, reference, leading, (Role.MANAGER,), above=True)
        elif circle == CITY_MANAGER:
            found |= _accounts(session, reference, None, (Role.MANAGER,))
        else:
            found |= _accounts(session, reference, work.keeper_id, (Role.DEPARTMENT, Role.MANAGER))
    return sorted(found)


def _accounts(
    session: Session,
    reference: Reference,
    unit: int | None,
    roles: Iterable[Role],
    *,
    above: bool = False,
) -> set[int]:
    """Return the active accounts of a unit, with `above` else of the next one above it that has any;
    without a unit those of the whole city.
    """
    while True:
        of_city = and_(Staff.department_id.is_(None), Staff.area_group.is_(None))
        at = Staff.department_id == unit if unit is not None else of_city
        found = set(session.scalars(select(Staff.id).where(Staff.active, Staff.role.in_(roles), at)))
        if found or not above or unit is None:
            return found
        unit = reference.departments[unit].parent_id
