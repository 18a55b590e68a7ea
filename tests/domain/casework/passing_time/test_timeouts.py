"""What time does by itself: closing verified work, ending unanswered questions; nothing else, and once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.casework.passing_time.timeouts import (
    UNANSWERED,
    close_verified,
    end_unanswered,
    remind_unanswered,
)
from service.domain.city.reference import Reference, load_reference
from service.domain.reports.reports import submit
from service.models import Event, Report, Status
from tests.domain.city.city_configs import with_config
from tests.support.small_city import NOON, draft, make_small_city


@pytest.fixture
def reference(session: Session) -> Reference:
    make_small_city(session)
    return load_reference(session)


def standing(session: Session, reference: Reference, status: Status, **times: datetime) -> Report:
    """A report that stands in a status since the given times."""
    receipt = submit(session, draft(reference.category_by_code["litter"].id))
    report = session.get_one(Report, receipt.id)
    report.status = status
    for column, at in times.items():
        setattr(report, column, at)
    session.flush()
    return report


def last_event(session: Session, report: Report) -> Event:
    query = select(Event).where(Event.report_id == report.id).order_by(Event.id.desc()).limit(1)
    return session.scalars(query).one()


def test_work_that_nobody_disputed_is_closed(session: Session, reference: Reference) -> None:
    report = standing(session, reference, Status.RESOLVED, resolved_at=NOON)
    just_before, just_after = NOON + timedelta(days=7), NOON + timedelta(days=7, seconds=1)

    assert close_verified(session, reference, just_before) == 0
    assert close_verified(session, reference, just_after) == 1
    assert close_verified(session, reference, just_after) == 0

    assert (report.status, report.closed_at, report.resolved_at) == ("closed", just_after, NOON)
    told = last_event(session, report)
    assert (told.type, told.actor, told.data["why"]) == ("report.closed", "system", "verification_passed")


def test_a_question_without_an_answer_ends_the_case(session: Session, reference: Reference) -> None:
    report = standing(session, reference, Status.WAITING, paused_at=NOON)

    assert end_unanswered(session, reference, NOON + timedelta(days=10)) == 0
    assert end_unanswered(session, reference, NOON + timedelta(days=10, seconds=1)) == 1

    assert (report.status, report.paused_at) == ("rejected", None)
    assert last_event(session, report).data["reason"] == UNANSWERED


@pytest.mark.parametrize(
    "status",
    [*(Status.RECEIVED, Status.TRIAGE, Status.ASSIGNED, Status.IN_PROGRESS), Status.CLOSED, Status.REJECTED],
)
def test_time_leaves_the_rest_alone(session: Session, reference: Reference, status: Status) -> None:
    standing(session, reference, status, resolved_at=NOON, paused_at=NOON)
    late = NOON + timedelta(days=400)
    assert close_verified(session, reference, late) + end_unanswered(session, reference, late) == 0


def test_a_run_takes_no_more_than_it_is_told(session: Session, reference: Reference) -> None:
    for _ in range(3):
        standing(session, reference, Status.RESOLVED, resolved_at=NOON)
    late = NOON + timedelta(days=30)
    assert [close_verified(session, reference, late, 2) for _ in range(3)] == [2, 1, 0]


def test_a_question_is_reminded_of_once(session: Session, reference: Reference) -> None:
    report = standing(session, reference, Status.WAITING, paused_at=NOON)
    half = NOON + timedelta(days=5)

    assert remind_unanswered(session, reference, half) == 0
    assert remind_unanswered(session, reference, half + timedelta(seconds=1)) == 1
    assert remind_unanswered(session, reference, half + timedelta(days=1)) == 0
    told = last_event(session, report)
    assert (told.type, told.public, told.status) == ("report.reminded", False, "waiting")
    assert datetime.fromisoformat(told.data["until"]) == NOON + timedelta(days=10)

    report.paused_at = NOON + timedelta(days=20)
    session.flush()
    assert remind_unanswered(session, reference, NOON + timedelta(days=26)) == 1


def test_the_city_says_when_to_remind(session: Session, reference: Reference) -> None:
    soon = with_config(reference, reminder_days=2)
    standing(session, soon, Status.WAITING, paused_at=NOON)
    standing(session, soon, Status.IN_PROGRESS)
    assert remind_unanswered(session, soon, NOON + timedelta(days=2, seconds=1)) == 1
