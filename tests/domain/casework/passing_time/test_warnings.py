"""Warnings of deadlines: each step once for each value of a deadline, none while the clock stands."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.casework.passing_time.warnings import (
    rung_at,
    schedule_first_warning,
    steps_of,
    warn_due,
    warned_circles,
)
from service.domain.city.city import load_calendar
from service.domain.city.config import EscalationStage
from service.domain.city.reference import Reference
from service.domain.queries.timeline import timeline
from service.domain.reports.access import Asker
from service.models import DeadlineStep, Event, EventType, Report, Status
from tests.domain.city.calendars import hue
from tests.domain.city.city_configs import with_config
from tests.examples import examples
from tests.support.factories import make_report
from tests.support.people import Cast, reporter_of
from tests.support.small_city import NOON

LADDER = [{"after_working_days": 1, "to": ["manager"]}, {"after_working_days": 3, "to": ["city_manager"]}]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AMBER_AT, DUE_AT = NOON + HOUR, NOON + 2 * HOUR


@pytest.fixture
def strict(reference: Reference) -> Reference:
    """The city with a ladder of two rungs."""
    return with_config(reference, escalation=LADDER)


def held(session: Session, reference: Reference, status: str = "in_progress", **columns: Any) -> Report:
    return make_report(session, reference, status, **{"amber_at": AMBER_AT, "due_at": DUE_AT, **columns})


def told(session: Session, report: Report) -> list[tuple[str, str]]:
    """(type, step) of each warning, in order."""
    query = select(Event.type, Event.data).where(
        Event.report_id == report.id, Event.type.in_((EventType.DEADLINE_WARNED, EventType.OVERDUE))
    )
    return [(row.type, row.data["step"]) for row in session.execute(query.order_by(Event.id))]


def test_amber_red_and_each_rung_are_told_once(session: Session, strict: Reference) -> None:
    report = held(session, strict)
    version = report.version
    for at in (
        NOON,
        AMBER_AT,
        AMBER_AT,
        DUE_AT,
        DUE_AT + HOUR,
        DUE_AT + HOUR,
        NOON + 9 * DAY,
        NOON + 99 * DAY,
    ):
        warn_due(session, strict, at)
    assert told(session, report) == [
        (EventType.DEADLINE_WARNED, "amber"),
        (EventType.OVERDUE, "red"),
        (EventType.OVERDUE, "rung-2"),
    ]
    session.refresh(report)
    assert (report.version, report.warn_at) == (version, None)
    assert warn_due(session, strict, NOON + 999 * DAY) == 0


def test_the_rungs_are_counted_in_working_days(session: Session, strict: Reference) -> None:
    """Due on a Wednesday: told again at the end of work on Thursday, then of the Monday after."""
    report = held(session, strict)
    warn_due(session, strict, DUE_AT + HOUR)
    thursday = datetime.fromisoformat("2026-03-05T17:30:00+07:00")
    assert warn_due(session, strict, thursday - timedelta(seconds=1)) == 0
    assert warn_due(session, strict, thursday) == 1
    session.refresh(report)
    assert report.warn_at == datetime.fromisoformat("2026-03-09T17:30:00+07:00")


def test_nobody_is_told_while_the_clock_stands(session: Session, strict: Reference) -> None:
    report = held(session, strict, "waiting")
    assert warn_due(session, strict, NOON + 99 * DAY) == 0
    assert told(session, report) == []


def test_after_a_pause_the_looking_begins_again(session: Session, strict: Reference) -> None:
    report = held(session, strict, "waiting")
    report.status, report.paused_at, report.due_at = Status.IN_PROGRESS, None, DUE_AT + DAY
    report.amber_at = AMBER_AT + DAY
    session.flush()
    warn_due(session, strict, DUE_AT)
    assert told(session, report) == []
    warn_due(session, strict, AMBER_AT + DAY)
    assert told(session, report) == [(EventType.DEADLINE_WARNED, "amber")]


def test_a_new_deadline_is_warned_of_anew(session: Session, strict: Reference) -> None:
    report = held(session, strict)
    warn_due(session, strict, DUE_AT + HOUR)
    report.amber_at, report.due_at = AMBER_AT + DAY, DUE_AT + DAY
    session.flush()
    warn_due(session, strict, AMBER_AT + DAY)
    warn_due(session, strict, DUE_AT + DAY + HOUR)
    assert told(session, report) == [
        (EventType.OVERDUE, "red"),
        (EventType.DEADLINE_WARNED, "amber"),
        (EventType.OVERDUE, "red"),
    ]
    claims = select(func.count()).select_from(DeadlineStep).where(DeadlineStep.report_id == report.id)
    assert session.scalar(claims) == 4  # the first amber was passed over, and counts as taken


def test_a_case_that_comes_back_with_the_same_deadline_is_not_told_twice(
    session: Session, strict: Reference
) -> None:
    report = held(session, strict)
    warn_due(session, strict, DUE_AT + HOUR)
    for status in (Status.ASSIGNED, Status.TRIAGE, Status.IN_PROGRESS):
        report.status = status
        session.flush()
        warn_due(session, strict, DUE_AT + 2 * HOUR)
    assert told(session, report) == [(EventType.OVERDUE, "red")]


@pytest.mark.parametrize("status", ["resolved", "closed", "rejected", "duplicate", "withdrawn", "received"])
def test_work_that_is_done_is_left_alone(session: Session, strict: Reference, status: str) -> None:
    report = held(session, strict, status)
    warn_due(session, strict, NOON + 99 * DAY)
    assert told(session, report) == []


def test_acceptance_has_a_warning_of_its_own(session: Session, strict: Reference) -> None:
    report = held(session, strict, "assigned", accept_due_at=NOON + HOUR / 2)
    warn_due(session, strict, NOON + HOUR / 2)
    assert told(session, report) == []
    warn_due(session, strict, NOON + HOUR / 2 + timedelta(seconds=1))
    warn_due(session, strict, AMBER_AT)
    assert told(session, report) == [
        (EventType.DEADLINE_WARNED, "accept"),
        (EventType.DEADLINE_WARNED, "amber"),
    ]


def test_who_accepted_in_time_is_not_warned(session: Session, strict: Reference) -> None:
    report = held(session, strict, "assigned", accept_due_at=NOON + HOUR / 2)
    report.status = Status.IN_PROGRESS
    session.flush()
    warn_due(session, strict, NOON + HOUR * 0.9)
    assert told(session, report) == []


def test_who_is_told(session: Session, reference: Reference) -> None:
    report = held(session, reference, executor="telecom")
    lead = {"role": "manager", "department": "city-cables"}
    desk = {"role": "triage", "department": None}
    assert warned_circles(reference, report, ["holder"]) == [
        {"role": "department", "department": "city-cables"},
        {"role": "executor", "department": "telecom"},
    ]
    assert warned_circles(reference, report, ["manager", "triage", "triage"]) == [lead, desk]
    nobody = held(session, reference, "triage")
    assert warned_circles(reference, nobody, ["holder", "manager"]) == [desk]


def test_the_event_is_for_colleagues(session: Session, strict: Reference, cast: Cast) -> None:
    report = held(session, strict)
    warn_due(session, strict, DUE_AT + HOUR)
    event = session.scalars(select(Event).where(Event.type == EventType.OVERDUE)).one()
    assert (event.public, event.actor, event.data["to"]) == (False, "system", ["manager", "triage"])
    assert event.private and event.private["recipients"][0] == {
        "role": "manager",
        "department": "city-cables",
    }

    def types(asker: Asker) -> set[str]:
        return {each.type for each in timeline(session, strict, asker, report.code, now=NOON).items}

    assert EventType.OVERDUE in types(cast.department.asker)
    assert EventType.OVERDUE not in types(reporter_of(report))
    assert EventType.OVERDUE not in types(cast.other_department.asker)


def test_of_cases_brought_in_only_the_future_is_told(session: Session, strict: Reference) -> None:
    past, coming = held(session, strict), held(session, strict)
    session.flush()
    for each in (past, coming):
        each.warn_at = None
    coming.due_at = DUE_AT + 9 * DAY
    session.flush()
    coming.warn_at = None
    session.flush()
    schedule_first_warning(session, DUE_AT + HOUR)
    warn_due(session, strict, DUE_AT + 10 * DAY)
    assert told(session, past) == []
    assert told(session, coming) == [(EventType.OVERDUE, "red")]


def test_a_run_takes_no_more_than_it_is_told(session: Session, strict: Reference) -> None:
    for _ in range(3):
        held(session, strict)
    assert [warn_due(session, strict, AMBER_AT, 2) for _ in range(3)] == [2, 1, 0]


days = st.integers(1, 30)
moments = st.integers(0, 60 * 24 * 20).map(lambda minutes: NOON + timedelta(minutes=minutes))


@given(st.lists(days, max_size=4, unique=True).map(sorted), st.lists(st.tuples(moments, moments), max_size=4))
def test_a_ladder_only_climbs_and_pauses_only_move_it_on(
    rungs: list[int], pairs: list[tuple[datetime, datetime]]
) -> None:
    calendar = hue()
    pauses = [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]
    ladder = [EscalationStage(after_working_days=each, to=("manager",)) for each in rungs]
    steps = steps_of(AMBER_AT, DUE_AT, None, ladder, pauses, calendar)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert [step.name for step in steps] == ["amber", "red", *(f"rung-{n + 1}" for n in range(len(rungs)))]
    for rung in rungs:
        plain = rung_at(DUE_AT, rung, (), calendar)
        moved = rung_at(DUE_AT, rung, pauses, calendar)
        assert plain <= moved
        assert moved == plain or any(end > DUE_AT and begin < moved for begin, end in pauses)
        assert rung_at(DUE_AT, rung, [(NOON, None)], calendar) == plain


acts = st.lists(
    st.tuples(st.integers(1, 90), st.sampled_from(["look", "look", "pause", "resume", "more", "done"])),
    max_size=10,
)


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_whatever_happens_no_step_is_told_twice_nor_too_early(
    session: Session, strict: Reference, acts: list[tuple[int, str]]
) -> None:
    """A case is paused, taken up, extended and finished at any time while a worker looks now and then."""
    report, now = held(session, strict), NOON
    for hours, act in acts:
        now += timedelta(hours=hours)
        before = told(session, report)
        if act == "look":
            warn_due(session, strict, now)
            if report.status in ("waiting", "resolved"):
                assert told(session, report) == before
        elif act == "more":
            report.due_at = max(report.due_at or now, now) + DAY
            report.amber_at = report.due_at - HOUR
        else:
            report.status = {"pause": Status.WAITING, "resume": Status.IN_PROGRESS, "done": Status.RESOLVED}[
                act
            ]
        session.flush()
    events = session.scalars(
        select(Event).where(
            Event.report_id == report.id, Event.type.in_((EventType.DEADLINE_WARNED, EventType.OVERDUE))
        )
    ).all()
    seen = Counter((event.data["step"], event.data["due_at"]) for event in events)
    assert not seen or max(seen.values()) == 1
    for event in events:
        due_at = datetime.fromisoformat(event.data["due_at"])
        assert event.at > due_at if event.type == EventType.OVERDUE else event.at >= due_at - HOUR


def test_the_calendar_of_the_city_counts(session: Session, reference: Reference) -> None:
    assert (
        rung_at(DUE_AT, 1, (), load_calendar(session, reference)).isoformat().startswith("2026-03-05T17:30")
    )
