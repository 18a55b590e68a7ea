"""Reading indicators: many units at once from one set of counts; the list behind a figure, counted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.claims.silence import Silence, silences, silent_companies
from service.domain.figures.counted_days import Scope, read_facts
from service.domain.figures.packs import midnight
from service.domain.figures.reckon import Tally, tallies
from service.domain.indicators.entered import (
    InitiativeLine,
    ReadingLine,
    count_entered,
    initiatives_behind,
    readings_behind,
)
from service.domain.indicators.moved import moved_late_of, net_moved
from service.domain.indicators.registry import (
    INDICATORS,
    UNIT_WORDS,
    Indicator,
    UnitCounts,
)
from service.domain.indicators.works import count_works, works_condition
from service.domain.plans.overview import PlanView
from service.domain.queries.manage.lists import count_selected
from service.domain.queries.manage.periods import Period, period_at_hand, read_period
from service.domain.queries.manage.selection import Selection
from service.domain.reports.events import Actor
from service.domain.works.access import READERS
from service.errors import Forbidden, NotFound
from service.i18n import N_, translate
from service.models import Role, Work


class FigureView(BaseModel):
    """Figure of a unit, or of all. `value` is None where there is nothing to tell; `cases` is the address of
    the list behind it, `missed` of those that a rate lacks.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    name: str
    unit: str
    value: float | None
    of: int | None
    cases: str
    missed: str = ""


def indicator_of(code: str) -> Indicator:
    """Return the indicator of that code. Raises NotFound."""
    found = INDICATORS.get(code)
    if found is None:
        raise NotFound(N_("Không có chỉ tiêu “{code}”."), code=code)
    return found


def unit_asked(reference: Reference, actor: Actor, code: str) -> int | None:
    """Return the unit whose figures are asked for, None for all; a unit's people ask for their own alone.

    Raises Forbidden for a role that reads none, NotFound for a unit that is not theirs.
    """
    if actor.role not in READERS or actor.wards is not None:  # whose figures are of wards, not of units
        raise Forbidden(N_("Vai trò của bạn không xem số liệu của đơn vị."))
    bound = actor.role in (Role.DEPARTMENT, Role.MANAGER) and actor.department_id is not None
    if not code:
        return actor.department_id if bound else None
    view = reference.department_by_code.get(code)
    if view is None or (bound and view.id not in actor.departments):
        raise NotFound(N_("Không có đơn vị “{code}”."), code=code)
    return view.id


def period_asked(reference: Reference, first: str, last: str, now: datetime) -> Period:
    """Return the days asked for; where none are the month at hand, in its first days the last whole one.
    Raises Invalid.
    """
    today = now.astimezone(ZoneInfo(reference.timezone)).date()
    return read_period("free", "", first, last, today) if first or last else period_at_hand("month", today)


def figures_of(
    session: Session, reference: Reference, unit: int | None, period: Period, now: datetime
) -> list[FigureView]:
    """Return all figures of a unit, or of all."""
    counts = count_units(session, reference, [unit], period, now)[unit]
    return [tell_figure(reference, code, counts, unit, period) for code in INDICATORS]


def count_units(
    session: Session, reference: Reference, units: Sequence[int | None], period: Period, now: datetime
) -> Mapping[int | None, UnitCounts]:
    """Count each unit with those below it, None for all: reports from the counted days, works in two
    queries, however many units there are.
    """
    scope = Scope(period.first, period.last, published=False)
    inside = read_facts(session, reference, scope, now)
    works = count_works(session, reference, period, now)
    city = tallies(inside)[0].rating if inside is not None else None
    for company, count in _silences(session, reference, period).items():
        works.setdefault(company, {})["claims_silent"] = count
    entered = count_entered(session, period)
    moved = moved_late_of(session, reference, period, now)
    found: dict[int | None, UnitCounts] = {}
    for unit in units:
        below = reference.departments_below(unit) if unit is not None else None
        tally: Tally | None = None
        if inside is not None:
            own = inside if below is None else inside.where(np.isin(inside.lead, sorted(below)))
            tally = tallies(own)[0]
        moved_late = net_moved(moved, below) if below is not None else 0
        found[unit] = UnitCounts(tally, _sums(works, below), _sums(entered, below), city, moved_late)
    return found


_N = TypeVar("_N", int, float)


def _sums(counted: Mapping[int, Mapping[str, _N]], below: frozenset[int] | None) -> dict[str, _N]:
    """Return the sums of all units, or of those of `below`."""
    sums: dict[str, _N] = {}
    for unit, counts in counted.items():
        if below is None or unit in below:
            for name, number in counts.items():
                sums[name] = sums[name] + number if name in sums else number
    return sums


def tell_figure(
    reference: Reference, code: str, counts: UnitCounts, unit: int | None, period: Period
) -> FigureView:
    """Return one figure out of what was counted."""
    indicator = indicator_of(code)
    value, of = indicator.value(counts)
    return FigureView(
        code=code,
        name=translate(indicator.name),
        unit=translate(UNIT_WORDS[indicator.unit]),
        value=value,
        of=of,
        cases=address_behind(reference, code, unit, period),
        missed=address_behind(reference, indicator.missed, unit, period) if indicator.missed else "",
    )


def address_behind(reference: Reference, code: str, unit: int | None, period: Period) -> str:
    """Return the address of the list behind a figure."""
    own = f"&unit={reference.departments[unit].code}" if unit is not None else ""
    return f"/indicators/{code}?from={period.first.isoformat()}&to={period.last.isoformat()}{own}"


def selection_behind(reference: Reference, code: str, unit: int | None, period: Period) -> Selection | None:
    """Return the reports behind a figure; None where it is of works."""
    outcome = indicator_of(code).reports
    if outcome is None:
        return None
    below = frozenset(reference.departments_below(unit)) if unit is not None else None
    free = Period("free", period.first, period.last)
    return Selection(period=free, departments=below, outcome=outcome, held=indicator_of(code).held)


def count_behind(
    session: Session, reference: Reference, code: str, unit: int | None, period: Period, now: datetime
) -> int:
    """Return how many cases are behind a figure, counted one by one."""
    selection = selection_behind(reference, code, unit, period)
    if selection is not None:
        return count_selected(session, reference, selection, now=now)
    if indicator_of(code).claims:
        return len(silences_behind(session, reference, unit, period))
    if indicator_of(code).entered:
        return len(entered_behind(session, reference, code, unit, period))
    found = works_condition(reference, code, unit, period, now)
    return session.scalar(select(func.count()).select_from(Work).where(*found)) or 0


def silences_behind(
    session: Session, reference: Reference, unit: int | None, period: Period
) -> list[Silence]:
    """Return the questions behind the figure of silence, of a unit with those below it, or of all."""
    zone = ZoneInfo(reference.timezone)
    below = frozenset(reference.departments_below(unit)) if unit is not None else None
    return silences(session, below, midnight(period.first, zone), midnight(period.last, zone, 1))


def entered_behind(
    session: Session, reference: Reference, code: str, unit: int | None, period: Period
) -> list[InitiativeLine] | list[ReadingLine]:
    """Return what people entered behind a figure, of a unit with those below it, or of all: initiatives,
    or readings; of what was saved those that are compared.
    """
    below = reference.departments_below(unit) if unit is not None else None
    indicator = indicator_of(code)
    if indicator.entered == "initiatives":
        return initiatives_behind(session, below, period)
    lines = readings_behind(session, below, period, indicator.entered)
    return [line for line in lines if line.before is not None or indicator.unit != "saved"]


def _silences(session: Session, reference: Reference, period: Period) -> Mapping[int, int]:
    """Return how often each company let its term pass without a word within the days."""
    zone = ZoneInfo(reference.timezone)
    return silent_companies(session, midnight(period.first, zone), midnight(period.last, zone, 1))


def plan_targets(
    session: Session, reference: Reference, plan: PlanView, now: datetime
) -> Mapping[int, FigureView]:
    """Return the figure of each row that aims at one, by its position: of its lead, or of all where everyone
    does it, over its days or the plan's.
    """
    found = {}
    aimed: dict[Period, list[tuple[int, str, int | None]]] = {}
    for row in plan.rows:
        first, last = row.first or plan.first, row.last or plan.last
        if row.indicator not in INDICATORS or row.indicator is None or first is None or last is None:
            continue
        view = reference.department_by_code.get(row.lead["code"]) if row.lead and not row.everyone else None
        unit = view.id if view else None
        period = Period("free", first, max(first, last))
        aimed.setdefault(period, []).append((row.position, row.indicator, unit))
    for period, rows in aimed.items():  # counted once for all rows of the same days: it reads all of them
        units = list(dict.fromkeys(unit for _, _, unit in rows))
        counted = count_units(session, reference, units, period, now)
        for position, code, unit in rows:
            found[position] = tell_figure(reference, code, counted[unit], unit, period)
    return found
