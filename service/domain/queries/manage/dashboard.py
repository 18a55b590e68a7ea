"""The figures of the manager's page, reckoned from counted facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from geo.clusters import CellCount, density, repeated
from service.domain.city.reference import Reference
from service.domain.figures.reckon import (
    PeriodFlow,
    ReportColumns,
    Tally,
    age_counts,
    flow_counts,
    mapped,
    tallies,
)
from service.domain.kernel.texts import alphabetical
from service.domain.queries.manage.periods import Period
from service.domain.queries.manage.selection import Selection
from service.domain.queries.stats import ward_keys
from service.i18n import pick
from service.i18n.rounding import round_share

AGE_EDGES = (1, 3, 7, 14, 30)
"""Days: an open report is at most so old."""
FEWEST_DECIDED = 5
"""Below so many cases with a deadline decided, a department has no place in the league."""
TARGET = 90
"""Percent of the decided cases that a department shall have done in time."""
DENSITY_ZOOM, MOST_CELLS = 16, 1500
MOST_PLACES, LEAST_REPEATED = 8, 3

Namer = Callable[[int], tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class DashboardRow:
    """Department, category, ward or rule; without a code the reports that have none. `exact`: those below it
    are not in it. `place` is its rank in the league, 1 the best.
    """

    code: str | None
    name: str
    now: Tally
    before: Tally
    exact: bool = False
    place: int | None = None

    @property
    def below(self) -> bool:
        """Return whether it has a place in the league and misses the target, by its share as it is told: what
        reads 90.0 % (89.96) has reached 90 %.
        """
        return self.place is not None and round_share(self.now.on_time_rate or 0, 1) < TARGET


@dataclass(frozen=True, slots=True)
class Age:
    """Number of open reports received between two days; `first` None is: at any time before."""

    first: date | None
    last: date
    number: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All of the page. `counted` is what of the period has passed, `compared` as many days of the one before
    it, `year_ago` the same days a year earlier: None where these are `compared`.
    """

    period: Period
    counted: Period
    compared: Period
    year_ago: Period | None
    total: Tally
    before: Tally
    last_year: Tally | None
    departments: list[DashboardRow]
    categories: list[DashboardRow]
    wards: list[DashboardRow]
    rules: list[DashboardRow]
    flows: list[PeriodFlow]
    backlog: list[Age]
    cells: list[CellCount]
    places: list[CellCount]


def reckon_dashboard(
    reference: Reference,
    facts: ReportColumns,
    selection: Selection,
    period: Period,
    rules: Mapping[int, str],
    today: date,
) -> Dashboard:
    """Return the dashboard of `period` over `facts`, which are all of `asked.scope()` with their cells."""
    counted = period.until(today)
    whole = counted == period
    compared = period.before() if whole else period.before().beginning(counted.days)
    year_ago = None if period.kind == "year" else period.a_year_before(counted)
    if period.kind == "year":
        compared = period.a_year_before(counted)
    now = facts.between(counted.first, counted.last)
    before = facts.between(compared.first, compared.last)

    wards, kinds = ward_keys(reference), _kinds(reference, selection)

    def sums(of: ReportColumns) -> tuple[Tally, *tuple[dict[int, Tally], ...]]:
        return tallies(of, of.lead, mapped(of.category, kinds), mapped(of.ward, wards), of.rule)

    all_now, *now_by = sums(now)
    all_before, *before_by = sums(before)

    def rows(which: int, name: Namer, *, exact: bool = False) -> list[DashboardRow]:
        return _rows(now_by[which], before_by[which], name, exact=exact)

    return Dashboard(
        period=period,
        counted=counted,
        compared=compared,
        year_ago=year_ago,
        total=all_now,
        before=all_before,
        last_year=tallies(facts.between(year_ago.first, year_ago.last))[0] if year_ago else None,
        departments=ranked_departments(rows(0, lambda key: _department(reference, key), exact=True)),
        categories=rows(1, lambda key: _category(reference, key), exact=not kinds),
        wards=rows(2, lambda key: _ward(reference, key)),
        rules=_by_correction(rows(3, lambda key: (str(key), rules.get(key, "")))),
        flows=flow_counts(facts, counted.stretches()),
        backlog=_backlog(facts, today),
        cells=density(now.cell, DENSITY_ZOOM, MOST_CELLS),
        places=repeated(now.cell, MOST_PLACES, LEAST_REPEATED),
    )


def ranked_departments(rows: list[DashboardRow]) -> list[DashboardRow]:
    """Return those with enough decided cases first, the worst before the best: by the rate in time, then by
    how many were late, then by name; the others after them by name, without a place; what nobody leads at
    the end.
    """

    def order(row: DashboardRow) -> tuple[object, ...]:
        ranked = row.code is not None and row.now.decided >= FEWEST_DECIDED
        rate, late = (row.now.on_time_rate or 0, -row.now.late) if ranked else (0, 0)
        return row.code is None, not ranked, rate, late, alphabetical(row.name)

    ordered = sorted(rows, key=order)
    ranked = sum(1 for row in ordered if row.code is not None and row.now.decided >= FEWEST_DECIDED)
    return [replace(row, place=ranked - at) if at < ranked else row for at, row in enumerate(ordered)]


def _rows(
    now: Mapping[int, Tally], before: Mapping[int, Tally], name: Namer, *, exact: bool
) -> list[DashboardRow]:
    found = []
    for key, one in now.items():
        named = name(key)
        code, words = named if named else (None, "")
        found.append(DashboardRow(code, words, one, before.get(key, Tally()), exact))
    return sorted(found, key=lambda row: (row.code is None, -row.now.received, alphabetical(row.name)))


def _by_correction(rows: list[DashboardRow]) -> list[DashboardRow]:
    return sorted(
        (row for row in rows if row.code != "0"),
        key=lambda row: (-row.now.corrected, -row.now.received, alphabetical(row.name)),
    )


def _backlog(facts: ReportColumns, today: date) -> list[Age]:
    found, youngest = [], today
    for edge, number in zip((*AGE_EDGES, None), age_counts(facts, today, AGE_EDGES), strict=True):
        oldest = date.fromordinal(today.toordinal() - edge) if edge is not None else None
        found.append(Age(oldest, youngest, number))
        youngest = date.fromordinal(oldest.toordinal() - 1) if oldest else today
    return found


def _kinds(reference: Reference, selection: Selection) -> dict[int, int]:
    """Return each category under the one that its row is: the first of its path, or all by themselves where
    one of them was chosen.
    """
    if selection.categories is not None:
        return {}
    by_code = reference.category_by_code
    return {view.id: by_code[view.path[0]].id for view in reference.categories.values()}


def _department(reference: Reference, key: int) -> tuple[str, str] | None:
    view = reference.departments.get(key)
    return (view.code, pick(view.name)) if view else None


def _category(reference: Reference, key: int) -> tuple[str, str] | None:
    view = reference.categories.get(key)
    return (view.code, pick(view.name)) if view else None


def _ward(reference: Reference, key: int) -> tuple[str, str] | None:
    view = reference.wards.get(key)
    return (view.code, view.full_name) if view else None


def chart_rows(rows: Sequence[DashboardRow], most: int) -> list[DashboardRow]:
    """Return the rows that have a name, as many as a chart shows."""
    return [row for row in rows if row.code][:most]
