"""Figures of channels from conversations as they are stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.people.staff import NewAccount, add_account
from service.domain.reports.events import REPORTER, Actor, record
from service.domain.talks.channel_figures import ChannelFigures, channel_figures
from service.models import Conversation, ConversationReport, EventType, Role, TalkMessage
from service.models.reports.event import ActorKind
from tests.support.factories import found_city, make_report

NOW = datetime(2026, 9, 15, 8, tzinfo=UTC)


def talk(session: Session, channel: str, begun: datetime, *lines: tuple[float, str]) -> Conversation:
    """A conversation with what was said: so many seconds after it began, by whom."""
    last = begun + timedelta(seconds=max(at for at, _ in lines))
    made = Conversation(
        channel=channel, account="a", person_hash=str(begun).encode(), created_at=begun, last_in_at=last
    )
    session.add(made)
    session.flush()
    for at, who in lines:
        session.add(
            TalkMessage(
                conversation_id=made.id,
                outgoing=who != "person",
                at=begun + timedelta(seconds=at),
                kind="text",
                state="given_up" if who == "lost" else "sent",
            )
        )
    session.flush()
    return made


def test_messages_reports_and_the_median_wait_are_counted_by_channel(session: Session) -> None:
    reference = found_city(session)
    person, machine = "person", "machine"
    first = talk(session, "zalo", NOW, (0, person), (2, person), (6, machine), (20, person), (30, machine))
    talk(session, "zalo", NOW + timedelta(hours=1), (0, person), (3, "lost"), (100, machine))
    talk(session, "facebook", NOW, (0, person))
    talk(session, "zalo", NOW - timedelta(days=40), (0, person), (5, machine))
    report = make_report(session, reference)
    session.add(ConversationReport(conversation_id=first.id, report_id=report.id, at=NOW))
    session.flush()
    begin, end = NOW - timedelta(days=1), NOW + timedelta(days=1)
    zalo, facebook, mail = channel_figures(session, ["zalo", "facebook", "email"], begin, end)
    assert zalo == ChannelFigures("zalo", 2, 4, 1, 1, 10.0)
    assert zalo.alone_rate == 1
    assert facebook == ChannelFigures("facebook", 1, 1)
    assert mail == ChannelFigures("email")


def test_a_report_that_a_colleague_wrote_for_was_not_alone(session: Session) -> None:
    reference = found_city(session)
    made = talk(session, "zalo", NOW, (0, "person"), (6, "machine"))
    account = add_account(session, reference, NewAccount("an", "An", "triage"), None, at=NOW)
    mine = select(TalkMessage).where(TalkMessage.conversation_id == made.id, TalkMessage.outgoing)
    session.scalars(mine).one().staff_id = account.id
    report = make_report(session, reference)
    session.add(
        ConversationReport(conversation_id=made.id, report_id=report.id, at=NOW + timedelta(minutes=1))
    )
    session.flush()
    [zalo] = channel_figures(session, ["zalo"], NOW, NOW + timedelta(days=1))
    assert (zalo.reports, zalo.alone) == (1, 0)


def test_only_what_was_said_in_the_time_is_counted_whenever_the_talk_began(session: Session) -> None:
    hour = 3600.0
    talk(session, "email", NOW - timedelta(hours=2), (0, "person"), (hour, "machine"), (2 * hour, "person"))
    talk(session, "facebook", NOW - timedelta(hours=1), (0, "person"), (hour + 30, "machine"))
    talk(session, "zalo", NOW, (0, "person"), (40, "machine"), (50, "person"), (70, "machine"))
    talk(session, "zalo", NOW + timedelta(hours=1), (0, "person"))
    found = channel_figures(session, ["email", "facebook", "zalo", "sms"], NOW, NOW + timedelta(hours=1))
    email, facebook, zalo, none = found
    assert (email.people, email.messages, email.median_s) == (1, 1, None), "its last word waits"
    assert (facebook.people, facebook.messages, facebook.median_s) == (0, 0, None), "asked before the time"
    assert (zalo.people, zalo.messages, zalo.median_s) == (1, 2, 30.0), "the end is no part of the time"
    assert none == ChannelFigures("sms") and none.alone_rate is None


def test_a_report_that_a_colleague_entered_came_about_by_hand_and_a_later_word_changes_nothing(
    session: Session,
) -> None:
    reference = found_city(session)
    account = add_account(session, reference, NewAccount("an", "An", "triage"), None, at=NOW)
    entered = talk(session, "facebook", NOW, (0, "person"))
    later = talk(session, "facebook", NOW + timedelta(minutes=1), (0, "person"), (600, "machine"))
    word = select(TalkMessage).where(TalkMessage.conversation_id == later.id, TalkMessage.outgoing)
    session.scalars(word).one().staff_id = account.id
    for made, by in ((entered, Actor(ActorKind.STAFF, account.id, Role.TRIAGE)), (later, REPORTER)):
        report = make_report(session, reference)
        record(session, report, EventType.RECEIVED, actor=by, at=NOW)
        at = made.created_at + timedelta(minutes=2)
        session.add(ConversationReport(conversation_id=made.id, report_id=report.id, at=at))
    session.flush()
    [facebook] = channel_figures(session, ["facebook"], NOW, NOW + timedelta(hours=1))
    assert (facebook.people, facebook.reports, facebook.alone, facebook.alone_rate) == (2, 2, 1, 0.5)
