"""Works behind figures: counted for many units at once, and listed one by one, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, func, null, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.figures.packs import midnight
from service.domain.indicators.registry import (
    INDICATORS,
    is_complied_case,
    is_difficulty,
    is_done_task,
    is_held_cleanup,
    is_late_task,
    is_number_case,
    is_repeated_case,
    is_task,
    is_timely_task,
    is_waiting_difficulty,
)
from service.domain.queries.manage.periods import Period
from service.domain.reports.events import Actor
from service.domain.works.access import visible_works
from service.models import Cleanup, Contribution, TreeGroup, Work

SHOWN = 200
SUMS = ("people", "bags", "kg", "trees")


@dataclass(frozen=True, slots=True)
class WorkLine:
    """Work in the list behind a figure; `value` is its part of a figure that is a sum."""

    code: str
    title: str
    status: str
    value: int | None = None


@dataclass(frozen=True, slots=True)
class WorksPage:
    """Page of the works behind a figure, the code after which the next begins, and how many there are."""

    items: list[WorkLine]
    next: str | None
    number: int


def works_behind(
    session: Session,
    reference: Reference,
    actor: Actor,
    code: str,
    unit: int | None,
    period: Period,
    now: datetime,
    *,
    after: str = "",
) -> WorksPage:
    """Return a page of the works behind a figure, by code, from `after` on."""
    conditions = [visible_works(actor), *works_condition(reference, code, unit, period, now)]
    summed = {name: getattr(Cleanup, name) for name in SUMS} | _beside_cleanups()
    query = select(Work.code, Work.title, Work.status, summed.get(code, null()))
    query = query.outerjoin(Cleanup, Cleanup.work_id == Work.id).where(*conditions, Work.code > after)
    found = [WorkLine(*row) for row in session.execute(query.order_by(Work.code).limit(SHOWN + 1))]
    number = session.scalar(select(func.count()).select_from(Work).where(*conditions)) or 0
    shown = found[:SHOWN]
    return WorksPage(shown, shown[-1].code if len(found) > SHOWN else None, number)


def works_condition(
    reference: Reference, code: str, unit: int | None, period: Period, now: datetime
) -> list[ColumnElement[bool]]:
    """Return the conditions of the works behind a figure; none for a figure of something else."""
    works = INDICATORS[code].works
    if works is None:
        return []
    found = [works(now), *_within(reference, code, period)]
    if unit is not None:
        found.append(Work.lead_id.in_(sorted(reference.departments_below(unit))))
    return found


def _within(reference: Reference, code: str, period: Period) -> list[ColumnElement[bool]]:
    """Return the condition for works of the period: a task is of that of its first deadline, a difficulty of
    that in which it was raised, a number's case of that in which it was opened, a clean-up of that in which
    it was held.
    """
    zone = ZoneInfo(reference.timezone)
    first, after = midnight(period.first, zone), midnight(period.last, zone, 1)
    column = Work.first_due_at if code.startswith("tasks") else Work.created_at
    if not code.startswith(("tasks", "difficulties", "number_cases")):
        column = Work.starts_at
    return [column >= first, column < after]


def count_works(
    session: Session, reference: Reference, period: Period, now: datetime
) -> dict[int, dict[str, int]]:
    """Return by the unit that leads how many works of each kind there are, and the sums of clean-ups."""
    counted = {
        "tasks": is_task(now),
        "tasks_done": is_done_task(now),
        "tasks_on_time": is_timely_task(now),
        "tasks_late": is_late_task(now),
        "difficulties": is_difficulty(now),
        "difficulties_open": is_waiting_difficulty(now),
        "number_cases": is_number_case(now),
        "number_cases_complied": is_complied_case(now),
        "number_cases_repeated": is_repeated_case(now),
        "cleanups": is_held_cleanup(now),
    }
    found: dict[int, dict[str, int]] = {}
    for start in ("tasks", "difficulties", "number_cases", "cleanups"):
        names = [name for name in counted if name.startswith(start)]
        columns = [func.count().filter(counted[name]).label(name) for name in names]
        if start == "cleanups":
            columns += [
                func.coalesce(func.sum(getattr(Cleanup, name)).filter(counted[start]), 0).label(name)
                for name in SUMS
            ]
            columns += [
                func.coalesce(func.sum(each).filter(counted[start]), 0).label(name)
                for name, each in _beside_cleanups().items()
            ]
        query = (
            select(Work.lead_id, *columns).where(*_within(reference, start, period)).group_by(Work.lead_id)
        )
        if start == "cleanups":
            query = query.outerjoin(Cleanup, Cleanup.work_id == Work.id)
        for row in session.execute(query):
            own = found.setdefault(row.lead_id, {})
            own.update({name: int(value) for name, value in row._mapping.items() if name != "lead_id"})
    return found


def _beside_cleanups() -> dict[str, ScalarSelect[int]]:
    """Return what is kept beside each clean-up and summed with it: trees that live, money that was given."""
    alive = select(func.sum(TreeGroup.alive)).where(TreeGroup.work_id == Work.id)
    is_given = Contribution.work_id == Work.id, Contribution.withdrawn_at.is_(None)
    money = select(func.sum(Contribution.amount_vnd)).where(*is_given)
    return {
        "trees_alive": alive.correlate(Work).scalar_subquery(),
        "gifts_vnd": money.correlate(Work).scalar_subquery(),
    }
