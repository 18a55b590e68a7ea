"""Messages that failed: counted, listed without addresses, tried again; a test message to oneself."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.notices.troubles.failures import (
    channel_troubles,
    failing_messages,
    last_sent,
    retry_messages,
)
from service.domain.notices.troubles.trial import MOST_AN_HOUR, newest_tests, send_test_message
from service.errors import Conflict, Invalid, NotFound, TooMany
from service.models import AuditEntry, Message, Staff
from service.sending.channels import CHANNELS
from tests.support.people import Cast
from tests.support.small_city import NOON


def message(
    session: Session,
    state: str,
    error: str,
    *,
    hours: int = 1,
    notice: str = "resolved",
    channel: str = "email",
) -> Message:
    at = NOON - timedelta(hours=hours)
    row = Message(
        occasion=str(uuid4()),
        channel=channel,
        recipient="lan@example.org",
        audience="reporter",
        notice=notice,
        language="vi",
        state=state,
        error=error,
        attempts=8 if state == "given_up" else 1,
        not_before=at,
        fresh_until=at + timedelta(days=1),
        created_at=at,
        sent_at=at if state == "sent" else None,
    )
    session.add(row)
    session.flush()
    return row


def test_failures_are_counted_by_channel(session: Session) -> None:
    message(session, "waiting", "mail server: gaierror", hours=3)
    message(session, "given_up", "recipient refused (550)", hours=2)
    message(session, "given_up", "old", hours=30)
    message(session, "given_up", "older than a week", hours=24 * 8)
    message(session, "sent", "")
    message(session, "waiting", "")
    (trouble,) = channel_troubles(session, NOON)
    assert (trouble.channel, trouble.waiting, trouble.given_up, trouble.given_up_today) == ("email", 1, 2, 1)
    assert trouble.waiting_since == NOON - timedelta(hours=3)
    assert trouble.error == "recipient refused (550)"
    assert last_sent(session, "email", NOON) == NOON - timedelta(hours=1)
    assert last_sent(session, "sms", NOON) is None


def test_a_failed_message_is_listed_without_its_address_and_tried_again(
    session: Session, reference: Reference, cast: Cast
) -> None:
    row = message(session, "given_up", "550 <lan@example.org> no such user", hours=40)
    (shown,) = failing_messages(session, CHANNELS, reference.masking.general, NOON)
    assert "lan@example" not in f"{shown.shown} {shown.error}" and "550" in shown.error
    administrator = cast.administrator.account.id
    assert retry_messages(session, NOON, staff_id=administrator, message_id=row.id) == 1
    session.refresh(row)
    assert (row.state, row.attempts, row.not_before) == ("waiting", 0, NOON)
    assert row.fresh_until > NOON  # or the next round would retire it
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "message.retried")).one()
    assert entry.staff_id == administrator


@pytest.mark.parametrize(("state", "error", "notice"), [("sent", "", "resolved"), ("given_up", "x", "code")])
def test_what_went_or_is_worthless_is_not_tried_again(
    session: Session, cast: Cast, state: str, error: str, notice: str
) -> None:
    row = message(session, state, error, notice=notice)
    with pytest.raises(NotFound):
        retry_messages(session, NOON, staff_id=cast.administrator.account.id, message_id=row.id)


def test_all_of_a_channel_are_tried_again(session: Session, cast: Cast) -> None:
    for _ in range(3):
        message(session, "given_up", "away")
    message(session, "given_up", "away", channel="push")
    message(session, "given_up", "away", notice="code")
    assert retry_messages(session, NOON, staff_id=cast.administrator.account.id, channel="email") == 3


def test_a_test_message_goes_to_oneself(session: Session, reference: Reference, cast: Cast) -> None:
    person = session.get_one(Staff, cast.administrator.account.id)
    person.email = None
    with pytest.raises(Conflict):
        send_test_message(session, CHANNELS, reference, person.id, "email", NOON)
    person.email = "Quan.Tri@hue.example"
    for _ in range(2):  # a second click within the minute is the first
        assert send_test_message(session, CHANNELS, reference, person.id, "email", NOON) == 1
    row = session.scalars(select(Message).where(Message.notice == "staff_test")).one()
    assert (row.recipient, row.state, row.audience) == ("quan.tri@hue.example", "waiting", "staff")
    assert newest_tests(session, CHANNELS, person.id)["email"].shown == "q•••@hue.example"
    with pytest.raises(NotFound):
        send_test_message(session, {}, reference, person.id, "email", NOON)


def test_a_test_sms_goes_to_a_mobile_number_and_there_is_an_end_of_it(
    session: Session, reference: Reference, cast: Cast
) -> None:
    person = cast.administrator.account.id
    with pytest.raises(Invalid):
        send_test_message(session, CHANNELS, reference, person, "sms", NOON, phone="0234 3822 123")
    for minute in range(MOST_AN_HOUR):
        at = NOON + timedelta(minutes=minute)
        assert send_test_message(session, CHANNELS, reference, person, "sms", at, phone="0905 123 456") == 1
    with pytest.raises(TooMany):
        send_test_message(session, CHANNELS, reference, person, "sms", NOON, phone="0905 123 456")
