"""Standing of the deadlines of a page of reports, and who holds each, for lists that are drawn elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.domain.city.calendar import ONE_DAY
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.deadlines.standing import DeadlineStanding, seen_at, standing_of
from service.domain.people.colleagues import names_of
from service.domain.workspaces.selection import read_times


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """Deadline of a case, how it stands, the name of who holds it, and how late it is in days."""

    due_at: datetime | None
    standing: DeadlineStanding | None
    holder: str | None
    late_days: float


def read_standings(
    session: Session, reference: Reference, ids: Collection[UUID], *, now: datetime
) -> Mapping[UUID, CaseStanding]:
    """Return the standing of each case by id, in a fixed number of queries."""
    times = read_times(session, ids)
    calendar = load_calendar(session, reference)
    names = names_of(session, [each.holder_id for each in times.values()])
    return {
        key: CaseStanding(
            each.due_at,
            standing_of(calendar, each.unit, each, now),
            names.get(each.holder_id or 0),
            max(0.0, (seen_at(each, now) - each.due_at) / ONE_DAY) if each.due_at else 0.0,
        )
        for key, each in times.items()
    }
