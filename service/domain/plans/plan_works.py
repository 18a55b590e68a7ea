"""The works of a plan: one for each row, for each unit of a row for everyone, for each time it comes again.

Which work is which is said by its row, the day it is for and the unit it is for: whatever runs again, also
beside another, makes no second one. The caller holds the plan's lock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.kernel.texts import fold
from service.domain.plans.recurrence import occurrences
from service.domain.works.codes import next_codes
from service.domain.works.lifecycles import begin_life
from service.domain.works.terms import amber_before, due_on, starts_on
from service.errors import Conflict
from service.i18n import N_
from service.models import Plan, PlanRow, Work, WorkKind

AHEAD = timedelta(days=92)
"""What comes again is made so long before."""

MOST_WORKS = 5000
"""A plan that makes more at a time is no plan of an office."""

_LONGEST_TITLE = 300
_WARDS = re.compile(r"\b(phuong|xa)\b(?! hoi)")


@dataclass(frozen=True, slots=True)
class _Turn:
    """Turn of a row to be done: `occurrence` names it where the row comes again."""

    occurrence: date | None
    first: date
    last: date


def make_missing(
    session: Session, reference: Reference, calendar: Calendar, plan: Plan, now: datetime
) -> list[Work]:
    """Make the works of the plan that are not there yet, up to three months ahead; return those made."""
    rows = session.scalars(select(PlanRow).where(PlanRow.plan_id == plan.id).order_by(PlanRow.position)).all()
    known = {
        tuple(each)
        for each in session.execute(
            select(Work.plan_row_id, Work.occurrence, Work.unit_id).where(
                Work.plan_row_id.in_([row.id for row in rows]), Work.kind == WorkKind.TASK
            )
        )
    }
    today = calendar.local(now).date()
    missing = [
        (row, turn, unit)
        for row in rows
        for turn in _turns(row, plan, calendar, today)
        for unit in (units_of(reference, plan, row) if row.everyone else (None,))
        if (row.id, turn.occurrence, unit) not in known
    ]
    if len(missing) > MOST_WORKS:
        raise Conflict(
            N_("Kế hoạch sinh ra {n} việc trong ba tháng, nhiều nhất là {most}. Hãy xem lại các dòng lặp."),
            n=len(missing),
            most=MOST_WORKS,
        )
    codes = next_codes(session, "V", today.year, len(missing))
    made = [
        _work(calendar, plan, row, turn, unit, code, now)
        for (row, turn, unit), code in zip(missing, codes, strict=True)
    ]
    session.add_all(made)
    session.flush()
    return made


def units_of(reference: Reference, plan: Plan, row: PlanRow) -> Sequence[int]:
    """Return the units for which a row for everyone is to be done: those it names, else the wards' committees
    where its words speak of wards and communes, else the rooms below the issuer, else the issuer itself.
    """
    if row.support_ids:
        return row.support_ids
    active = [each for each in reference.departments.values() if each.active]
    if _WARDS.search(fold(row.lead_words)):
        wards = sorted(each.id for each in active if each.kind == "ward")
        if wards:
            return wards
    rooms = sorted(each.id for each in active if each.parent_id == plan.issuer_id)
    return rooms or [plan.issuer_id]


def _turns(row: PlanRow, plan: Plan, calendar: Calendar, today: date) -> Iterator[_Turn]:
    first = row.first or plan.first or row.last or today
    last = row.last or plan.last
    if row.repeats is None:
        ends = last or first
        yield _Turn(None, min(first, ends), ends)
        return
    until = min(last, today + AHEAD) if last else today + AHEAD
    for each in occurrences(row.repeats, first, until, calendar, row.on_holiday):
        if each.due >= today:
            yield _Turn(each.starts, each.starts, each.due)


def _work(
    calendar: Calendar, plan: Plan, row: PlanRow, turn: _Turn, unit: int | None, code: str, now: datetime
) -> Work:
    lead = unit or row.lead_id or plan.issuer_id
    starts, due = starts_on(calendar, turn.first, row.time), due_on(calendar, turn.last, row.time)
    work = Work(
        id=uuid4(),
        code=code,
        kind=WorkKind.TASK,
        title=row.task.strip()[:_LONGEST_TITLE] or plan.title[:_LONGEST_TITLE],
        plan_row_id=row.id,
        occurrence=turn.occurrence,
        unit_id=unit,
        lead_id=lead,
        support_ids=[] if row.everyone else [each for each in row.support_ids if each != lead],
        keeper_id=plan.keeper_id,
        director_id=plan.issuer_id,
        starts_at=starts,
        due_at=due,
        first_due_at=due,
        amber_at=amber_before(calendar, max(starts, now), due),
        needs_photo=row.needs_photo,
        public=plan.public,
        created_at=now,
        updated_at=now,
    )
    begin_life(work)
    return work
