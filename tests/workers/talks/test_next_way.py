"""Steps of a case that cannot be told in their conversation: by the template, else by the next way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select

from service.db import unit_of_work
from service.domain.casework.merge import merge_into
from service.domain.notices.channels import Channels
from service.domain.notices.kinds import REPLY, for_citizens
from service.domain.notices.reach import citizens
from service.domain.reports.events import SYSTEM
from service.domain.talks.next_way import (
    AWAY_TOO_LONG,
    OUTSIDE_WINDOW,
    tell_by_next_way,
    tell_instead,
    was_for_chat,
)
from service.models import Contact, Conversation, Event, Message, NoticeAudience, Report, Subscription
from service.models.notices.notice import MessageState
from service.models.reports.event import ActorKind
from service.models.talks.talk import TalkState
from service.sending.channels import CHANNELS
from service.sending.envelope import SendFailed
from service.sending.talk_notices import TalkNotices
from service.settings import get_settings
from tests.sending.envelopes import envelope
from tests.support.small_city import IN_W1, NOON
from tests.workers.talks.conftest import VAULT, Chat
from tests.workers.talks.zalo_double import OA_ID, PERSON

ALL: Channels = CHANNELS


def notice_of(chat: Chat, report: Report, phone: str = "") -> UUID:
    """A step that is to be told to the report's sender, who left a number with it."""
    with unit_of_work(chat.engine) as session:
        if phone:
            session.add(Contact(report_id=report.id, phone=phone))
        made = Message(
            id=uuid4(),
            occasion=uuid4().hex,
            channel="zalo",
            recipient=str(chat.talk().id),
            audience="reporter",
            notice="closed",
            language="vi",
            report_id=report.id,
            data={},
            state="claimed",
            created_at=chat.now,
            not_before=chat.now,
            fresh_until=chat.now + timedelta(days=1),
        )
        session.add(made)
        return made.id


def test_a_late_step_goes_by_the_template_that_zalo_approved(
    chat: Chat, sent: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIENTRUONG_ZALO_LATE_TEMPLATE", "4711")
    get_settings.cache_clear()
    sender = CHANNELS["zalo"].make_sender(get_settings())
    assert isinstance(sender, TalkNotices)
    with unit_of_work(chat.engine) as session:
        session.get_one(Conversation, chat.talk().id).last_in_at = chat.now - timedelta(days=9)
    chat.zalo.access = "access-9"  # renewed once, for the template too
    late = envelope(str(chat.talk().id), short="Đã xong", link="https://x.example/r/1")
    sender.send(late)
    told = {"text": "Đã xong", "link": "https://x.example/r/1"}
    assert chat.zalo.templates == [{"user_id": PERSON, "template_id": "4711", "template_data": told}]
    chat.zalo.errors = [-230]
    with pytest.raises(SendFailed, match="ngoài khung"):
        sender.send(replace(late, id=uuid4()))

    step = notice_of(chat, sent, phone="+84905123456")
    chat.zalo.errors = [-213]  # follows the account no more: the number that was left with the report
    sender.send(replace(late, id=step))
    assert chat.zalo.templates[1:] == [
        {"phone": "84905123456", "template_id": "4711", "template_data": told, "tracking_id": step.hex}
    ]
    chat.zalo.errors = [-213, -118]  # and nobody has Zalo by that number
    with pytest.raises(SendFailed) as lost:
        sender.send(replace(late, id=notice_of(chat, sent)))
    assert lost.value.for_good
    sender.delivery.close()


def test_a_step_whose_worker_died_over_it_is_told_once(
    chat: Chat, sent: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = TalkNotices(chat.talks.delivery_of("zalo"), OA_ID, chat.engine, VAULT.key)
    step, before = envelope(str(chat.talk().id), short="Đã phân công"), len(chat.zalo.sent)
    chat.zalo.errors = [-32]
    with pytest.raises(SendFailed):
        sender.send(step)
    with monkeypatch.context() as dying:
        dying.setattr("service.sending.talk_notices.mark_text_sent", lambda *_: exit())
        with pytest.raises(SystemExit):
            sender.send(step)
    with pytest.raises(SendFailed, match="lost") as lost:
        sender.send(step)
    assert lost.value.for_good
    other = replace(step, id=uuid4(), short="Đã xong")
    sender.send(other)
    sender.send(other)
    assert [text.split("\n")[0] for _, text in chat.zalo.sent[before:]] == ["Đã phân công", "Đã xong"]
    chat.now += timedelta(minutes=3)
    chat.talks.send("zalo")
    assert (chat.talk().state, chat.talk().caution) == ("waiting_person", "lost")


def test_what_cannot_be_told_there_goes_by_the_next_way_once(chat: Chat, sent: Report) -> None:
    with unit_of_work(chat.engine) as session:
        session.add(Contact(report_id=sent.id, phone="+84905123456"))
        row = Message(
            occasion="event:1",
            channel="zalo",
            recipient=str(chat.talk().id),
            audience="reporter",
            notice="status",
            language="vi",
            report_id=sent.id,
            not_before=NOON,
            fresh_until=NOON,
            created_at=NOON,
        )
        session.add(row)
        session.flush()
        assert tell_by_next_way(session, row.id, ALL, NOON, "Asia/Ho_Chi_Minh")
        assert not tell_by_next_way(session, row.id, ALL, NOON, "Asia/Ho_Chi_Minh")
        told = session.scalars(select(Message.channel).where(Message.occasion == "event:1")).all()
        assert sorted(told) == ["sms", "zalo"]


def test_who_chats_is_told_in_the_conversation_alone_whatever_contact_they_left(
    chat: Chat, sent: Report
) -> None:
    with unit_of_work(chat.engine) as session:
        session.add(Contact(report_id=sent.id, phone="+84905123456", email="lan@example.org"))
        session.flush()
        report = session.get_one(Report, sent.id)
        event = session.scalars(select(Event).where(Event.report_id == sent.id)).first()
        assert event is not None
        session.expunge(event)
        event.actor = ActorKind.SYSTEM
        told = citizens(session, ALL, report, event, REPLY)
    assert [each.channel for each in told] == ["zalo"]


def test_who_chats_is_told_of_the_original_once_though_they_left_a_contact(chat: Chat, sent: Report) -> None:
    chat.write("loại litter")
    chat.place(*IN_W1)
    chat.work()
    original = next(each for each in chat.reports() if each.id != sent.id)
    with unit_of_work(chat.engine) as session:
        session.add(Contact(report_id=sent.id, phone="+84905123456", email="lan@example.org"))
        session.execute(delete(Subscription).where(Subscription.report_id == original.id))
        session.flush()
        report, found = session.get_one(Report, sent.id), session.get_one(Report, original.id)
        merged = merge_into(session, report, original.id, actor=SYSTEM, at=chat.now)
        notice = for_citizens(merged)
        assert notice is not None
        assert [each.channel for each in citizens(session, ALL, report, merged, notice)] == ["zalo"]
        step = session.scalars(select(Event).where(Event.report_id == found.id)).first()
        assert step is not None
        assert [each.channel for each in citizens(session, ALL, found, step, REPLY)] == ["zalo"]
        session.execute(delete(Subscription).where(Subscription.report_id == sent.id))  # they want it no more
        assert [each.channel for each in citizens(session, ALL, found, step, REPLY)] == ["email"]


def test_the_way_after_the_next_is_taken_where_that_failed_too(chat: Chat, sent: Report) -> None:
    step = notice_of(chat, sent, phone="+84905123456")
    with unit_of_work(chat.engine) as session:
        session.get_one(Contact, sent.id).email = "lan@example.org"
        message = session.get_one(Message, step)
        message.state = MessageState.GIVEN_UP
        told = []
        for _ in range(3):
            moved = tell_by_next_way(session, step, ALL, NOON, "Asia/Ho_Chi_Minh")
            query = select(Message).where(Message.occasion == message.occasion, Message.state == "waiting")
            for each in session.scalars(query):
                told.append(each.channel)
                assert was_for_chat(session, each.id, ["zalo"])
                each.state = MessageState.GIVEN_UP
            session.flush()
        assert sorted(told) == ["email", "sms"]
        assert not moved
        assert not was_for_chat(session, step, ["facebook"])


def test_a_channel_that_is_away_for_long_is_not_waited_for_by_whom_another_way_reaches(
    chat: Chat, sent: Report
) -> None:
    step, zone = notice_of(chat, sent), "Asia/Ho_Chi_Minh"
    with unit_of_work(chat.engine) as session:
        message = session.get_one(Message, step)
        message.state = MessageState.WAITING
        later = chat.now + AWAY_TOO_LONG
        assert not tell_instead(session, step, ALL, later, zone), "there is no other way: it is waited for"
        assert message.state == "waiting"
        session.add(Contact(report_id=sent.id, email="lan@example.org"))
        session.flush()
        assert not tell_instead(session, step, ALL, later - timedelta(minutes=1), zone)
        assert tell_instead(session, step, ALL, later, zone)
        assert message.state == "given_up"
        assert not tell_instead(session, step, ALL, later, zone)


def test_the_sender_of_a_duplicate_is_told_by_the_contact_left_with_it(chat: Chat, sent: Report) -> None:
    chat.write("loại litter")
    chat.place(*IN_W1)
    chat.work()
    original = next(each for each in chat.reports() if each.id != sent.id)
    step = notice_of(chat, original, phone="+84905000001")  # of the original's own sender: not theirs
    with unit_of_work(chat.engine) as session:
        message = session.get_one(Message, step)
        message.audience, message.data, message.state = (
            NoticeAudience.FOLLOWER,
            {"own": str(sent.id)},
            MessageState.GIVEN_UP,
        )
        assert not tell_by_next_way(session, step, ALL, NOON, "Asia/Ho_Chi_Minh")
        session.add(Contact(report_id=sent.id, email="lan@example.org"))
        session.flush()
        assert tell_by_next_way(session, step, ALL, NOON, "Asia/Ho_Chi_Minh")
        query = select(Message).where(Message.occasion == message.occasion, Message.id != step)
        told = session.scalars(query).one()
        assert (told.channel, told.recipient, told.report_id) == ("email", "lan@example.org", original.id)
        assert was_for_chat(session, told.id, ["zalo"])


def lose(chat: Chat, report: Report, why: str = OUTSIDE_WINDOW) -> UUID:
    """A step that was given up in the conversation."""
    step = notice_of(chat, report)
    with unit_of_work(chat.engine) as session:
        message = session.get_one(Message, step)
        message.state, message.error, message.data = MessageState.GIVEN_UP, why, {"own": str(report.id)}
    return step


def test_steps_that_nobody_could_be_told_go_once_their_person_writes_again(chat: Chat, sent: Report) -> None:
    first, second = lose(chat, sent), lose(chat, sent, f"{OUTSIDE_WINDOW} (-230)")
    refused, by_mail = lose(chat, sent, "Zalo: -213"), lose(chat, sent)
    with unit_of_work(chat.engine) as session:
        session.add(Contact(report_id=sent.id, email="lan@example.org"))
        session.flush()
        assert tell_by_next_way(session, by_mail, ALL, NOON, "Asia/Ho_Chi_Minh")
        session.get_one(Message, second).created_at += timedelta(seconds=1)
        former = session.get_one(Conversation, chat.talk().id)
        former.state = TalkState.CLOSED
    chat.now += timedelta(days=9)
    chat.write("chào ad")
    chat.work()
    assert chat.talk().id != former.id
    with unit_of_work(chat.engine) as session:
        rows = {each: session.get_one(Message, each) for each in (first, second, refused, by_mail)}
        assert [rows[each].state for each in rows] == ["waiting", "waiting", "given_up", "given_up"]
        assert rows[first].not_before < rows[second].not_before
        assert {rows[each].recipient for each in (first, second)} == {str(chat.talk().id)}
        to = session.scalars(select(Subscription.recipient).where(Subscription.report_id == sent.id)).all()
        assert to == [str(chat.talk().id)]
    chat.write(f"{sent.code} còn rác ở phía sau chợ nữa, nhiều lắm, nhờ dọn luôn cho hết giúp")
    chat.work()
    chat.write("1")
    assert any(sent.code in each and "Đã thêm" in each for each in chat.work())
