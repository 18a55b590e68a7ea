"""Units with many new cases: what is routine there waits for the digest, unless a person chose otherwise."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.models import EMERGENCY, Event, EventType, Report, Staff

A_DAY = timedelta(hours=24)
ROUTINE = frozenset(
    {EventType.ASSIGNED, EventType.HANDED_ON, EventType.ACCEPTED, EventType.PARTS_CHANGED, EventType.RESOLVED}
)
"""Events that come with every case; deadlines, reopened cases, questions and mentions go at once."""


def waits_for_digest(
    session: Session,
    reference: Reference,
    report: Report,
    event: Event,
    staff_ids: Set[int | None],
    now: datetime,
) -> frozenset[int | None]:
    """Return whom of these accounts a digest tells of the event by default; None stands for the lead's own
    address.

    An emergency waits for no digest, nor does what is given to one person by name.
    """
    if event.type not in ROUTINE or report.priority == EMERGENCY or not staff_ids:
        return frozenset()
    rows = session.execute(select(Staff.id, Staff.department_id).where(Staff.id.in_(staff_ids - {None})))
    unit_of: dict[int | None, int | None] = {None: report.lead_id, **{row[0]: row[1] for row in rows}}
    most = reference.config.digest_above
    units = set(unit_of.values()) - {None}
    busy = {unit for unit in units if unit and _new_cases(session, unit, most, now) > most}
    given = (event.private or {}).get("holder_id")
    return frozenset(each for each in staff_ids if unit_of.get(each) in busy and (each or 0) != given)


def _new_cases(session: Session, department_id: int, most: int, now: datetime) -> int:
    """Return the cases of the last day that the department leads or carries out; counted to `most` and one
    of each, along an index.
    """
    found = 0
    for column in (Report.lead_id, Report.executor_id):
        recent = select(Report.id).where(column == department_id, Report.created_at > now - A_DAY)
        found += session.scalar(select(func.count()).select_from(recent.limit(most + 1).subquery())) or 0
    return found
