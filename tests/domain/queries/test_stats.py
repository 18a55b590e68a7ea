"""Figures against reckoning by hand."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, load_reference
from service.domain.queries.stats import OutcomeFigures, read_stats
from service.domain.reports.filters import Filters, read_filters
from service.models import OPEN, Report, Status
from tests.conftest import undone
from tests.support.reading_stage import add_report, is_overdue, make_city
from tests.support.small_city import NOON

NOW = NOON + timedelta(days=90)
DONE = ("resolved", "closed")


class Stage:
    """Two hundred reports over three months."""

    def __init__(self, session: Session) -> None:
        make_city(session)
        dice = random.Random(5)
        self.session = session
        self.reports = [self._add(dice) for _ in range(200)]
        self.reference: Reference = load_reference(session)

    def _add(self, dice: random.Random) -> Report:
        status = dice.choice([*Status])
        at = NOON + timedelta(hours=dice.randrange(24 * 85))
        routed = status not in ("received", "triage")
        return add_report(
            self.session,
            category=dice.choice(("litter", "litter.dump", "illegal_ad")),
            status=status,
            at=at,
            ward=dice.choice(("W1", "W2")) if routed else None,
            lead=dice.choice(("ward-W1", "city-cables")) if routed else None,
            due_at=at + timedelta(days=dice.randrange(30)) if routed else None,
            paused_at=at + timedelta(hours=2) if status == "waiting" else None,
            resolved_at=at + timedelta(minutes=dice.randrange(30_000)) if status in DONE else None,
            closed_at=NOW if status not in OPEN and status != "resolved" else None,
            published=dice.random() < 0.9,
        )

    @property
    def published(self) -> list[Report]:
        return [report for report in self.reports if report.published]


@pytest.fixture(scope="module")
def stage(engine: Engine) -> Iterator[Stage]:
    """Made once: the tests here only read."""
    for session in undone(engine):
        yield Stage(session)


def check(figures: OutcomeFigures, reports: list[Report]) -> None:
    done = [report for report in reports if report.status in DONE]
    decided = [r for r in reports if r.due_at and (r.status in DONE or is_overdue(r, NOW))]
    in_time = [r for r in decided if r.resolved_at and r.due_at and r.resolved_at <= r.due_at]
    hours = [(r.resolved_at - r.created_at).total_seconds() / 3600 for r in done if r.resolved_at]
    assert figures.received == len(reports)
    assert figures.open == sum(report.status in OPEN for report in reports)
    assert figures.overdue == sum(is_overdue(report, NOW) for report in reports)
    assert figures.done == len(done)
    assert figures.open + figures.done + figures.ended_otherwise == figures.received
    expected = len(in_time) / len(decided) if decided else None
    assert figures.on_time_rate == (None if expected is None else pytest.approx(expected, abs=1e-4))
    if hours:  # exact to the hour
        low, high = statistics.median_low(hours), statistics.median_high(hours)
        assert figures.median_hours is not None
        assert low - 1 <= figures.median_hours <= high + 1
    else:
        assert figures.median_hours is None


def groups(reports: list[Report], key: Callable[[Report], object]) -> dict[Any, list[Report]]:
    found: dict[object, list[Report]] = {}
    for report in reports:
        found.setdefault(key(report), []).append(report)
    return found


def test_in_all_and_by_each_dimension(stage: Stage) -> None:
    reference = stage.reference
    found = read_stats(stage.session, reference, Filters(), now=NOW)
    check(found.total, stage.published)
    codes: dict[str, Callable[[Report], str | None]] = {
        "by_category": lambda r: reference.categories[r.category_id].code,
        "by_ward": lambda r: reference.wards[r.ward_id].code if r.ward_id else None,
        "by_department": lambda r: reference.departments[r.lead_id].code if r.lead_id else None,
    }
    for name, key in codes.items():
        rows = {row.code: row for row in getattr(found, name)}
        expected = groups(stage.published, key)
        assert set(rows) == set(expected)
        for code, reports in expected.items():
            check(rows[code], reports)
            assert (rows[code].name is None) is (code is None)


def test_a_month_is_the_citys(stage: Stage) -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    found = read_stats(stage.session, stage.reference, Filters(), now=NOW)
    expected = groups(stage.published, lambda r: f"{r.created_at.astimezone(zone):%Y-%m}")
    assert [row.month for row in found.by_month] == sorted(expected)
    for row in found.by_month:
        check(row, expected[row.month])


@pytest.mark.parametrize(
    "asked",
    [
        {"category": "litter"},
        {"ward": "W1"},
        {"department": "city-cables"},
        {"created_after": "2026-04-01", "created_before": "2026-05-01"},
    ],
)
def test_only_what_was_asked_for(stage: Stage, asked: dict[str, str]) -> None:
    reference = stage.reference
    found = read_stats(stage.session, reference, read_filters(reference, asked), now=NOW)

    def fits(report: Report) -> bool:
        if "category" in asked:
            return "litter" in reference.categories[report.category_id].path
        if "ward" in asked:
            return report.ward_id == reference.ward_by_code["W1"].id
        if "department" in asked:
            return report.lead_id == reference.department_by_code["city-cables"].id
        return report.created_at.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).month == 4

    check(found.total, [report for report in stage.published if fits(report)])


def test_no_reports_at_all(stage: Stage) -> None:
    nothing = read_filters(stage.reference, {"created_after": "2999-01-01"})
    found = read_stats(stage.session, stage.reference, nothing, now=NOW)
    check(found.total, [])
    assert not found.by_month
    assert not found.by_ward
