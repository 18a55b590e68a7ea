"""A reporter who was not reached is an event of the case, once, and only where no other way is left."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.notices import delivery
from service.domain.notices.kinds import for_staff
from service.domain.notices.troubles.unreached import note_unreached
from service.models import Event, EventType, Message, Report
from service.models.notices.notice import MessageState
from tests.support.factories import make_report
from tests.support.small_city import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def report(session: Session, reference: Reference) -> Report:
    return make_report(session, reference, "waiting")


def sent(session: Session, report: Report, state: str, occasion: str, **values: object) -> Message:
    said: dict[str, object] = {
        "channel": "email",
        "recipient": "lan@example.org",
        "audience": "reporter",
        "notice": "asked",
    }
    said |= {"attempts": 1, "fresh_until": NOON + HOUR}
    row = Message(
        id=uuid4(),
        occasion=occasion,
        language="vi",
        report_id=report.id,
        state=state,
        error="550",
        not_before=NOON - HOUR,
        created_at=NOON - HOUR,
        **{**said, **values},
    )
    session.add(row)
    session.flush()
    return row


def told(session: Session, report: Report) -> list[Event]:
    found = select(Event).where(Event.report_id == report.id, Event.type == EventType.UNREACHED)
    return list(session.scalars(found))


def test_the_last_way_that_fails_is_told_to_colleagues_alone(session: Session, report: Report) -> None:
    lost = sent(session, report, "given_up", "event:1")
    assert note_unreached(session, [lost.id], NOON) == 1
    (event,) = told(session, report)
    assert (event.public, event.data["notice"]) == (False, "asked")
    notice = for_staff(event)
    assert notice and set(notice.to) == {"holder", "triage"}


@pytest.mark.parametrize("state", ["waiting", "claimed", "sent", "collected"])
def test_another_way_is_waited_for(session: Session, report: Report, state: str) -> None:
    lost = sent(session, report, "given_up", "event:1")
    other = sent(session, report, state, "event:1", channel="sms", recipient="+84905123456")
    assert note_unreached(session, [lost.id], NOON) == 0
    other.state = MessageState.GIVEN_UP
    session.flush()
    assert note_unreached(session, [other.id], NOON) == 1


@pytest.mark.parametrize(
    "values", [{"notice": "status"}, {"audience": "staff"}, {"audience": "follower"}, {"report_id": None}]
)
def test_what_costs_the_reporter_nothing_is_not_told(
    session: Session, report: Report, values: dict[str, object]
) -> None:
    lost = sent(session, report, "given_up", "event:1")
    for name, value in values.items():
        setattr(lost, name, value)
    session.flush()
    assert note_unreached(session, [lost.id], NOON) == 0


def test_what_was_retired_of_age_or_tries_is_told_once_for_both_channels(
    session: Session, report: Report
) -> None:
    sent(session, report, "waiting", "event:1", fresh_until=NOON - HOUR / 2)
    sent(session, report, "claimed", "event:1", channel="sms", recipient="+84905123456", attempts=8)
    sent(session, report, "waiting", "event:2")
    retired = delivery.give_up_messages(session, NOON)
    assert len(retired) == 2
    assert note_unreached(session, retired, NOON) == len(told(session, report)) == 1
    assert note_unreached(session, [], NOON) == 0
