"""Figures over published reports: how many, how fast, how often in time.

Definitions, for the reports received in the period asked for:

- `open`: not finished; `overdue`: open, and past the deadline (while paused: when it was paused).
- `done`: the work was done (resolved or closed); `ended_otherwise`: rejected, duplicate or withdrawn.
- `on_time_rate`: of those with a deadline that are done or overdue, the part done by the deadline.
- `median_hours`: from reception to the work being done, over those that are done, in hours of the clock.
- A month is that of reception, in the city's time; a department is the one that leads now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    case,
    func,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.figures.counted_days import read_facts, scope_of
from service.domain.figures.days import CountedDaysCache
from service.domain.figures.reckon import ReportColumns, Tally, mapped, tallies
from service.domain.kernel.sql import AnyRow, plan_by_values
from service.domain.queries.conditions import conditions, overdue
from service.domain.queries.views import View, department_named, ward_named
from service.domain.reports.filters import Filters
from service.i18n import pick
from service.models import OPEN, Report


class OutcomeFigures(View):
    """Outcome of a group of reports; see this module for the definitions."""

    received: int
    open: int
    overdue: int
    done: int
    ended_otherwise: int
    on_time_rate: float | None
    median_hours: float | None


class NamedFigures(OutcomeFigures):
    """The figures of one category, ward or department; no code for reports that have none yet."""

    code: str | None
    name: str | None


class MonthFigures(OutcomeFigures):
    """The figures of one month, such as `2026-05`."""

    month: str


class Stats(View):
    """The city's figures."""

    total: OutcomeFigures
    by_category: list[NamedFigures]
    by_ward: list[NamedFigures]
    by_department: list[NamedFigures]
    by_month: list[MonthFigures]


@dataclass(slots=True)
class _Tally:
    """Sums over rows of the query; `hours` counts those that were done by whole hours it took."""

    received: int = 0
    open: int = 0
    overdue: int = 0
    done: int = 0
    decided: int = 0
    on_time: int = 0
    hours: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, row: AnyRow) -> None:
        self.received += row.received
        self.open += row.open
        self.overdue += row.overdue
        self.decided += row.decided
        self.on_time += row.on_time
        if row.hours is not None:
            self.done += row.received
            self.hours[int(row.hours)] += row.received

    @property
    def on_time_rate(self) -> float | None:
        return self.on_time / self.decided if self.decided else None

    @property
    def median_hours(self) -> float | None:
        return _median(self.hours, self.done)


def _figures(one: _Tally | Tally) -> dict[str, object]:
    return {
        "received": one.received,
        "open": one.open,
        "overdue": one.overdue,
        "done": one.done,
        "ended_otherwise": one.received - one.open - one.done,
        "on_time_rate": one.on_time_rate,
        "median_hours": one.median_hours,
    }


def read_stats(
    session: Session,
    reference: Reference,
    filters: Filters,
    *,
    now: datetime,
    cache: CountedDaysCache | None = None,
) -> Stats:
    """Return the figures of the reports that fit: from counted days where those can tell, else by a
    recount.
    """
    scope = scope_of(filters, ZoneInfo(reference.timezone))
    facts = read_facts(session, reference, scope, now, cache=cache) if scope else None
    if facts is None:
        return recount(session, reference, filters, now=now)
    return reckon_stats(reference, facts)


def reckon_stats(reference: Reference, facts: ReportColumns) -> Stats:
    """Return the figures of these facts."""
    keys = facts.months(), mapped(facts.ward, ward_keys(reference)), facts.category, facts.lead
    whole, *by_key = tallies(facts, *keys)
    months, wards, categories, departments = by_key
    return Stats(
        total=OutcomeFigures(**_figures(whole)),
        by_category=_named(categories, lambda key: _category(reference, key)),
        by_ward=_named(wards, lambda key: _ward(reference, key)),
        by_department=_named(departments, lambda key: _department(reference, key)),
        by_month=[
            MonthFigures(**_figures(months[key]), month=f"{key // 12:04}-{key % 12 + 1:02}")
            for key in sorted(months)
        ],
    )


def ward_keys(reference: Reference) -> dict[int, int]:
    """Return each ward's id under the newest of its code: a ward whose boundary changed is one ward."""
    newest: dict[str, int] = {}
    for ward in reference.wards.values():
        newest[ward.code] = max(ward.id, newest.get(ward.code, 0))
    return {ward.id: newest[ward.code] for ward in reference.wards.values()}


def recount(session: Session, reference: Reference, filters: Filters, *, now: datetime) -> Stats:
    """Return the figures counted from the reports themselves: four passes, seconds for a million reports."""
    # Few groups over many rows: the planner cannot know, and would sort them all.
    plan_by_values(session, work_mem="32MB", no_sort=True)

    def tallies(key: SQLColumnExpression[object]) -> dict[Any, _Tally]:
        return _tallies(session, key, filters, now)

    month = func.date_trunc("month", func.timezone(literal(reference.timezone), Report.created_at))
    months = tallies(month)
    return Stats(
        total=OutcomeFigures(**_figures(_sum(months.values()))),
        by_category=_named(tallies(Report.category_id), lambda key: _category(reference, key)),
        by_ward=_named(_wards(reference, tallies(Report.ward_id)), lambda key: _ward(reference, key)),
        by_department=_named(tallies(Report.lead_id), lambda key: _department(reference, key)),
        by_month=[MonthFigures(**_figures(months[key]), month=f"{key:%Y-%m}") for key in sorted(months)],
    )


def _tallies(
    session: Session, key: SQLColumnExpression[object], filters: Filters, now: datetime
) -> dict[object, _Tally]:
    # Not extract(): that reckons in decimals, at three times the cost.
    hours = func.floor(func.date_part("epoch", Report.resolved_at - Report.created_at) / 3600)
    late = overdue(now)
    decided = and_(Report.due_at.is_not(None), (Report.resolved_at.is_not(None)) | late)
    query = (
        select(
            key.label("key"),
            hours.label("hours"),
            func.count().label("received"),
            _count(Report.status.in_(OPEN)).label("open"),
            _count(late).label("overdue"),
            _count(decided).label("decided"),
            _count(Report.resolved_at <= Report.due_at).label("on_time"),
        )
        .where(Report.published, _led_by(filters), *conditions(filters, now))
        .group_by(text("1"), text("2"))
    )
    found: dict[object, _Tally] = defaultdict(_Tally)
    for row in session.execute(query):
        found[row.key].add(row)
    return found


def _led_by(filters: Filters) -> ColumnElement[bool]:
    return true() if filters.departments is None else Report.lead_id.in_(sorted(filters.departments))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _sum(tallies: Iterable[_Tally]) -> _Tally:
    total = _Tally()
    for one in tallies:
        for name in ("received", "open", "overdue", "done", "decided", "on_time"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
        for hours, number in one.hours.items():
            total.hours[hours] += number
    return total


def _median(hours: Mapping[int, int], number: int) -> float | None:
    """Return the median of values known by whole hours, read off as if they lay evenly within the hour."""
    passed = 0
    for hour in sorted(hours):
        if 2 * (passed + hours[hour]) >= number > 0:
            return hour + (number / 2 - passed) / hours[hour]
        passed += hours[hour]
    return None


def _wards(reference: Reference, tallies: Mapping[int | None, _Tally]) -> dict[object, _Tally]:
    """Return the figures of wards. One whose boundary changed is one ward,
    under the boundary in force or the last.
    """
    together: dict[str | None, list[int | None]] = defaultdict(list)
    for key in tallies:
        together[reference.wards[key].code if key else None].append(key)
    return {
        max(keys, key=lambda key: key or 0): _sum(tallies[key] for key in keys) for keys in together.values()
    }


Namer = Callable[[int | None], tuple[str | None, str | None]]


def _named(tallies: Mapping[Any, _Tally | Tally], name: Namer) -> list[NamedFigures]:
    """Return the key that sorts by code, those without one last."""
    rows = []
    for key, one in tallies.items():
        code, words = name(key)
        rows.append(NamedFigures(**_figures(one), code=code, name=words))
    return sorted(rows, key=lambda row: (row.code is None, row.code or ""))


def _category(reference: Reference, key: int | None) -> tuple[str | None, str | None]:
    view = reference.categories[key or 0]
    return view.code, pick(view.name)


def _ward(reference: Reference, key: int | None) -> tuple[str | None, str | None]:
    named = ward_named(reference, key or None)
    return (named.code, named.name) if named else (None, None)


def _department(reference: Reference, key: int | None) -> tuple[str | None, str | None]:
    named = department_named(reference, key or None)
    return (named.code, named.name) if named else (None, None)
