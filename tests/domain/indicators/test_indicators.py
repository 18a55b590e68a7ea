"""Indicators: each equal to a recount over random months, each with the list behind it, read by who may."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.domain.figures.reckon import Tally
from service.domain.figures.upkeep import rebuild
from service.domain.indicators import works
from service.domain.indicators.registry import INDICATORS, UnitCounts
from service.domain.indicators.values import (
    address_behind,
    count_behind,
    count_units,
    figures_of,
    indicator_of,
    tell_figure,
    unit_asked,
)
from service.domain.indicators.works import works_behind
from service.domain.kernel.times import utc_text
from service.domain.queries.manage.periods import Period, period_containing
from service.domain.reports.events import SYSTEM, record
from service.errors import Forbidden, NotFound
from service.models import EventData, EventType, Report
from tests.support.factories import found_city, make_report
from tests.support.people import make_cast
from tests.support.works.stage import WorksStage, draft_row

NOW = datetime(2026, 6, 15, 5, tzinfo=UTC)
GRANTED = timedelta(days=5)
UNITS = (None, "city-cables", "ward-W1", "ward-W2")

lives = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["received", "assigned", "in_progress", "closed", "rejected"]),
        "lead": st.sampled_from(["city-cables", "ward-W1", "ward-W2"]),
        "day": st.integers(0, 160),
        "due": st.integers(-3, 30),
        "took": st.integers(0, 30),
        "extensions": st.integers(0, 1),
        "came_back": st.sampled_from([None, EventType.SENT_BACK, EventType.REOPENED]),
    }
)


def stored(session: Session, reference: Any, life: dict[str, Any]) -> None:
    at = datetime(2026, 1, 1, 3, tzinfo=UTC) + timedelta(days=life["day"])
    columns: dict[str, Any] = {"at": at, "extensions": life["extensions"]}
    if life["status"] in ("assigned", "in_progress", "closed"):
        columns |= {"lead": life["lead"], "due_at": at + timedelta(days=life["due"])}
    if life["status"] == "closed":
        columns["resolved_at"] = at + timedelta(days=life["took"])
    if life["extensions"] and "due_at" in columns:
        columns["due_at"] += GRANTED
    report = make_report(session, reference, life["status"], **columns)
    if life["came_back"] and life["status"] == "closed":
        record(session, report, life["came_back"], actor=SYSTEM, at=at)
    if life["extensions"] and "due_at" in columns:
        extended(session, report, at)


def extended(session: Session, report: Report, at: datetime) -> None:
    """Tell of one extension by `GRANTED`, up to the deadline that the report has."""
    assert report.due_at is not None
    data: EventData = {"before": utc_text(report.due_at - GRANTED), "after": utc_text(report.due_at)}
    record(session, report, EventType.EXTENDED, actor=SYSTEM, at=at, data=data)
    session.flush()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(lives, max_size=12), month=st.integers(1, 6))
def test_every_figure_equals_a_recount(session: Session, found: list[dict[str, Any]], month: int) -> None:
    with session.begin_nested() as nested:
        reference = found_city(session)
        for life in found:
            stored(session, reference, life)
        rebuild(session, ZoneInfo(reference.timezone))
        period = period_containing("month", date(2026, month, 1))
        ids = [reference.department_by_code[each].id if each else None for each in UNITS]
        counted = count_units(session, reference, ids, period, NOW)
        for unit in ids:
            for code, indicator in INDICATORS.items():
                figure = tell_figure(reference, code, counted[unit], unit, period)
                behind = count_behind(session, reference, code, unit, period, NOW)
                if indicator.unit in ("cases", "works"):
                    assert figure.value == behind, (code, unit)
                elif figure.of is not None:
                    assert figure.of == behind, (code, unit)
        nested.rollback()


def test_a_case_done_in_its_extension_is_late_by_its_first_deadline(session: Session) -> None:
    reference = found_city(session)
    at = datetime(2026, 3, 3, 3, tzinfo=UTC)
    due = at + timedelta(days=10)
    lives = {"in the extension": (1, 12), "before it": (1, 8), "never extended": (0, 9), "late": (1, 16)}
    for extensions, took in lives.values():
        ends: dict[str, Any] = {
            "due_at": due + extensions * GRANTED,
            "resolved_at": at + timedelta(days=took),
        }
        report = make_report(session, reference, "closed", at=at, extensions=extensions, **ends)
        if extensions:
            extended(session, report, at)
    rebuild(session, ZoneInfo(reference.timezone))
    unit, period = (
        reference.department_by_code["city-cables"].id,
        period_containing("month", date(2026, 3, 1)),
    )
    told = {each.code: each.value for each in figures_of(session, reference, unit, period, NOW)}
    assert (told["on_time"], told["on_time_unextended"]) == (3, 2)
    assert (told["on_time_rate"], told["on_time_unextended_rate"], told["late_unextended"]) == (75, 50, 2)


def test_few_ratings_are_drawn_to_the_mean_of_the_city() -> None:
    few, many = Tally(rated=2, score_sum=10), Tally(rated=200, score_sum=920)
    fair = INDICATORS["rating_fair"].value
    for tally, mean in ((few, 50 / 12), (many, 960 / 210)):
        value, of = fair(UnitCounts(tally, city=4.0))
        assert value == pytest.approx(mean) and of == tally.rated
    assert fair(UnitCounts(Tally(), city=4.0)) == (None, None), "nobody rated: no figure, not the city's"


def test_works_count_by_their_first_deadline_and_stand_in_the_list(session: Session) -> None:
    reference = found_city(session)
    cast = make_cast(session, reference)
    stage = WorksStage(session, reference)
    plan = stage.plan_step(
        cast.manager, stage.keep(cast.manager, *(draft_row(f"Việc {n}", last="2026-03-20") for n in range(3)))
    )
    stage.step(cast.department, stage.works(plan)[0], "done", data={"result": "Đã làm"})
    period, unit = (
        period_containing("month", date(2026, 3, 1)),
        reference.department_by_code["city-cables"].id,
    )
    figures = {each.code: each for each in figures_of(session, reference, unit, period, NOW)}
    told = {code: figures[code].value for code in ("tasks", "tasks_done", "tasks_on_time", "tasks_late")}
    assert told == {"tasks": 3, "tasks_done": 1, "tasks_on_time": 1, "tasks_late": 2}
    for code, value in told.items():
        rows = works_behind(session, reference, cast.manager.actor, code, unit, period, NOW)
        assert (
            len(rows.items)
            == rows.number
            == value
            == count_behind(session, reference, code, unit, period, NOW)
        )
    assert figures["received"].value is None, "not 0: nothing was counted yet"


def test_works_behind_a_figure_come_a_page_at_a_time(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(works, "SHOWN", 2)
    reference = found_city(session)
    cast = make_cast(session, reference)
    stage = WorksStage(session, reference)
    rows = (draft_row(f"Việc {n}", last="2026-03-20") for n in range(3))
    stage.plan_step(cast.manager, stage.keep(cast.manager, *rows))
    who = (
        session,
        reference,
        cast.manager.actor,
        "tasks",
        None,
        period_containing("month", date(2026, 3, 1)),
        NOW,
    )
    first = works_behind(*who)
    assert first.next is not None and (len(first.items), first.number) == (2, 3)
    second = works_behind(*who, after=first.next)
    assert (second.next, second.number) == (None, 3)
    assert len({each.code for each in (*first.items, *second.items)}) == 3


def test_each_has_the_list_behind_it(session: Session) -> None:
    reference = found_city(session)
    period = Period("free", date(2026, 1, 1), date(2026, 1, 31))
    for code in INDICATORS:
        one = indicator_of(code)
        assert not one.missed or INDICATORS[one.missed].reports, code
        assert (one.reports is not None) + (one.works is not None) + one.claims + bool(one.entered) == 1, code
        assert address_behind(reference, code, None, period).startswith(f"/indicators/{code}?from=2026-01-01")
    with pytest.raises(NotFound):
        indicator_of("nothing")


def test_a_unit_reads_its_own_figures_alone(session: Session) -> None:
    reference = found_city(session)
    cast = make_cast(session, reference)
    own = reference.department_by_code["city-cables"].id
    assert unit_asked(reference, cast.manager.actor, "") == own
    assert unit_asked(reference, cast.triage.actor, "ward-W1") is not None
    with pytest.raises(NotFound):
        unit_asked(reference, cast.manager.actor, "ward-W1")
    with pytest.raises(Forbidden):
        unit_asked(reference, cast.inspector.actor, "")
