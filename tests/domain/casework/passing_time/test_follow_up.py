"""The question whether a closed report's place is still well: asked once, answered by those concerned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.casework.passing_time.follow_up import (
    FollowUpForm,
    answer_follow_up,
    ask_follow_up,
    count_follow_ups,
    follow_up_state,
)
from service.domain.city.reference import Reference
from service.domain.kernel.codes import report_secret
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.reports.access import NOBODY, Asker, find_report
from service.errors import Conflict, Unauthenticated
from service.models import Event, EventType, FollowUp, Report
from tests.support.factories import make_report
from tests.support.small_city import NOON

KEY = b"k" * 40
ASKED = NOON + timedelta(days=14, hours=1)
YES, NO = FollowUpForm(lasts=True), FollowUpForm(lasts=False)


@pytest.fixture
def report(session: Session, reference: Reference) -> Report:
    return make_report(session, reference, "closed")


def reporter(report: Report) -> Asker:
    return Asker(secret=report_secret(KEY, report.id), key=KEY)


def questions(session: Session, report: Report) -> int:
    asked = select(func.count()).where(Event.report_id == report.id, Event.type == EventType.FOLLOW_UP_ASKED)
    return session.scalar(asked) or 0


def test_it_is_asked_once_two_weeks_after_the_end(
    session: Session, reference: Reference, report: Report
) -> None:
    assert ask_follow_up(session, reference, NOON + timedelta(days=14)) == 0
    assert ask_follow_up(session, reference, ASKED) == 1
    assert ask_follow_up(session, reference, ASKED + timedelta(days=1)) == 0
    assert questions(session, report) == 1


def test_it_is_asked_anew_after_another_end(session: Session, reference: Reference, report: Report) -> None:
    ask_follow_up(session, reference, ASKED)
    report.closed_at = ASKED + timedelta(days=1)
    session.flush()
    assert ask_follow_up(session, reference, ASKED + timedelta(days=16)) == 1
    assert questions(session, report) == 2


@pytest.mark.parametrize(
    ("status", "columns", "days"),
    [("resolved", {}, 15), ("rejected", {}, 15), ("closed", {"published": False}, 15), ("closed", {}, 40)],
    ids=["not closed", "ended otherwise", "not public", "closed long ago"],
)
def test_nobody_is_asked(
    session: Session, reference: Reference, status: str, columns: dict[str, Any], days: int
) -> None:
    made = make_report(session, reference, status, **columns)
    assert ask_follow_up(session, reference, NOON + timedelta(days=days)) == 0
    assert questions(session, made) == 0


def test_answers_are_counted_and_the_last_of_one_person_counts(
    session: Session, reference: Reference, report: Report
) -> None:
    report.status = "in_progress"  # type: ignore[assignment]
    session.flush()
    follower_id, _ = add_follower(
        session, reference, Asker(key=KEY), report.code, Follow(), language="vi", now=NOON
    )
    report.status = "closed"  # type: ignore[assignment]
    session.flush()
    follower = Asker(secret=follower_secret(KEY, follower_id), key=KEY)
    for asker, sent in ((reporter(report), YES), (follower, YES), (follower, NO), (follower, NO)):
        answer_follow_up(session, reference, asker, report.code, sent, ASKED)

    found = count_follow_ups(session, NOON)
    assert (found.answers, found.lasting) == (2, 1)
    assert count_follow_ups(session, ASKED + timedelta(days=1)).answers == 0
    told = select(func.count()).where(Event.type == EventType.FOLLOW_UP_ANSWERED)
    assert session.scalar(told) == 3, "the same again tells nobody anything"
    assert not session.scalar(
        select(func.count()).where(Event.type == EventType.FOLLOW_UP_ANSWERED, Event.public)
    )


def test_who_is_asked_sees_the_question_and_their_answer(
    session: Session, reference: Reference, report: Report
) -> None:
    access = find_report(session, reporter(report), report.code, now=ASKED)
    stranger = find_report(session, NOBODY, report.code, now=ASKED)
    assert follow_up_state(session, reference, access, NOON + timedelta(days=13)) is None
    assert follow_up_state(session, reference, stranger, ASKED) is None
    open_question = follow_up_state(session, reference, access, ASKED)
    assert open_question is not None and open_question.lasts is None
    answer_follow_up(session, reference, reporter(report), report.code, NO, ASKED)
    answered = follow_up_state(session, reference, access, ASKED)
    assert answered is not None and answered.lasts is False
    assert follow_up_state(session, reference, access, ASKED + timedelta(days=60)) is None


def test_others_and_answers_out_of_time_are_refused(
    session: Session, reference: Reference, report: Report
) -> None:
    with pytest.raises(Unauthenticated):
        answer_follow_up(session, reference, Asker(key=KEY), report.code, YES, ASKED)
    for at in (NOON + timedelta(days=2), ASKED + timedelta(days=90)):
        with pytest.raises(Conflict):
            answer_follow_up(session, reference, reporter(report), report.code, YES, at)
    assert session.scalar(select(func.count()).select_from(FollowUp)) == 0
