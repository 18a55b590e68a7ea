"""The counted days always say what a recount says, whatever people do and whenever one looks."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, event, select, update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.figures.counted_days import read_facts, scope_of
from service.domain.figures.days import CountedDaysCache
from service.domain.figures.upkeep import (
    affordable_days,
    read_state,
    rebuild,
    recount_days,
    recount_differences,
    refresh,
)
from service.domain.queries.stats import Stats, read_stats, recount
from service.domain.reports.filters import read_filters
from service.models import FigureDay, FigureState, Report
from tests.domain.casework import test_any_life as lives
from tests.domain.casework.stage import Stage
from tests.domain.queries.test_stats import Stage as Months
from tests.examples import examples
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.reading_stage import number
from tests.support.small_city import NOON

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ASKED: tuple[dict[str, str], ...] = (
    {},
    {"category": "litter"},
    {"ward": "W1"},
    {"department": "city-cables,ward-W1"},
    {"created_after": "2026-04-01", "created_before": "2026-05-01"},
    {"created_after": "2026-03-20", "department": "city-cables", "category": "litter.dump"},
)


def both(
    session: Session, reference: Reference, now: Any, kept: CountedDaysCache | None = None, /, **asked: str
) -> tuple[Stats, Stats]:
    """The figures as kept, and by a recount."""
    filters = read_filters(reference, asked)
    scope = scope_of(filters, ZONE)
    assert scope is None or read_facts(session, reference, scope, now) is not None
    stats = read_stats(session, reference, filters, now=now, cache=kept)
    return stats, recount(session, reference, filters, now=now)


class Counted(lives.Life):
    """Lives whose figures are looked at after every step; the worker comes when it comes.

    Whoever looks is one process, which keeps what it read.
    """

    days: CountedDaysCache

    @rule(placed=st.booleans())
    def the_worker_counts(self, placed: bool) -> None:
        if placed:
            number(self.stage.session)
        refresh(self.stage.session, ZONE)

    @rule(days=st.integers(0, 9))
    def another_report_comes_in(self, days: int) -> None:
        make_report(self.stage.session, self.stage.reference, at=NOON + timedelta(days=days))

    @invariant()
    def kept_figures_equal_a_recount(self) -> None:
        kept, counted = both(self.stage.session, self.stage.reference, self.stage.now, self.days)
        assert kept == counted


def test_whatever_happens_kept_figures_equal_a_recount(stage: Stage, cast: Cast) -> None:
    rebuild(stage.session, ZONE)
    world = {
        "stage": stage,
        "cast": cast,
        "days": CountedDaysCache(),
        "original": make_report(stage.session, stage.reference, "assigned"),
    }
    run_state_machine_as_test(
        type("CountedHere", (Counted,), world),
        settings=settings(
            max_examples=examples(6),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
    number(stage.session)
    refresh(stage.session, ZONE)
    assert list(recount_differences(stage.session, ZONE)) == []


@pytest.fixture
def months(session: Session) -> Months:
    made = Months(session)
    rebuild(session, ZONE)
    return made


def test_by_every_filter_kept_figures_equal_a_recount(months: Months) -> None:
    for later, asked in product((0, 7, 40), ASKED):
        now = NOON + timedelta(days=90 - later, minutes=7)
        kept, counted = both(months.session, months.reference, now, **asked)
        assert kept == counted, (later, asked)
        assert kept.total.received > 0, (later, asked)


def test_only_days_that_were_counted_anew_are_read_again(months: Months) -> None:
    session, days = months.session, CountedDaysCache()
    read: list[int] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: read.append("facts" in args[2]))

    def reads() -> int:
        read.clear()
        kept = read_stats(session, months.reference, read_filters(months.reference, {}), now=NOON, cache=days)
        times = sum(read)
        assert kept == recount(session, months.reference, read_filters(months.reference, {}), now=NOON)
        return times

    assert (reads() > 1, reads()) == (True, 0)
    report = months.reports[0]
    session.execute(update(Report).where(Report.id == report.id).values(published=not report.published))
    recount_days(session, ZONE, [report.created_at.astimezone(ZONE).date()])
    assert (reads(), reads()) == (1, 0)
    session.execute(delete(FigureDay))
    session.execute(delete(Report))
    assert (reads(), reads()) == (0, 0)


def test_a_moment_within_a_day_is_recounted(months: Months) -> None:
    asked = {"created_after": "2026-04-01T08:30:00+07:00"}
    kept, counted = both(months.session, months.reference, NOON, **asked)
    assert kept == counted


def test_what_nobody_told_of_is_found_and_mended(months: Months) -> None:
    session, report = months.session, months.reports[0]
    assert list(recount_differences(session, ZONE)) == []
    session.execute(update(Report).where(Report.id == report.id).values(published=not report.published))
    found = list(recount_differences(session, ZONE))
    assert [each.day for each in found] == [report.created_at.astimezone(ZONE).date()]
    recount_days(session, ZONE, [each.day for each in found])
    assert list(recount_differences(session, ZONE)) == []
    kept, counted = both(session, months.reference, NOON)
    assert kept == counted


def test_a_day_too_many_is_found(months: Months) -> None:
    day = NOON.date() - timedelta(days=400)
    months.session.add(FigureDay(day=day, reports=3, facts=b"", cells=b""))
    months.session.flush()
    assert [(each.day, each.kept, each.counted) for each in recount_differences(months.session, ZONE)] == [
        (day, 3, 0)
    ]


def test_the_citys_time_decides_the_day_and_another_time_counts_anew(months: Months) -> None:
    session = months.session
    session.execute(update(FigureState).values(timezone="UTC"))
    refresh(session, ZONE)
    assert read_state(session).timezone == ZONE.key
    assert list(recount_differences(session, ZONE)) == []


def test_nothing_at_all(session: Session, reference: Reference) -> None:
    assert rebuild(session, ZONE) == 0
    kept, counted = both(session, reference, NOON)
    assert kept == counted
    assert kept.total.received == 0


def test_who_reads_counts_only_what_is_quickly_counted(months: Months) -> None:
    session = months.session
    days = [NOON.date() + timedelta(days=number) for number in range(60)]
    query = select(FigureDay.day, FigureDay.reports)
    numbers: dict[date, int] = {row.day: row.reports for row in session.execute(query)}
    assert affordable_days(session, days, 10_000) == sorted(days, reverse=True)
    few = affordable_days(session, days, 12)
    assert few == sorted(days, reverse=True)[: len(few)]
    assert 0 < sum(numbers.get(day, 0) for day in few) <= 12
