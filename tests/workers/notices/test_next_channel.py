"""What a reporter has to hear reaches them by the next channel where the first is dead: once, by no other."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.notices.preferences import store_choice
from service.domain.reports.reports import ContactDraft
from service.models import Event, EventType, NoticeChannel, PushDevice, Subscription
from service.sending.envelope import Envelope, SendFailed
from tests.support.notice_stage import LAN, Post

BY_PHONE = ContactDraft("Lan", "+84905123456", None)
GONE = SendFailed("push service answered 410", gone=True)
REFUSED = SendFailed("recipient refused (550)", for_good=True)
ASKED = EventType.FOLLOW_UP_ASKED


def browser(post: Post, number: int, *reports: UUID) -> None:
    """The reporter is told on a browser, too."""
    with unit_of_work(post.engine) as session:
        device = PushDevice(
            endpoint=f"https://push.example/{number}", p256dh="p", auth="a", created_at=post.now
        )
        session.add(device)
        session.flush()
        for report in reports:
            told = watch(post, report, NoticeChannel.PUSH, str(device.id))
            told.device_id = device.id
            session.add(told)


def watch(post: Post, report: UUID, channel: NoticeChannel, recipient: str) -> Subscription:
    return Subscription(
        channel=channel,
        recipient=recipient,
        report_id=report,
        reporter=True,
        confirmed_at=post.now,
        created_at=post.now,
    )


def texted(post: Post) -> list[str]:
    post.send()
    return [each.recipient for each in post.boxes["sms"].got]


def test_who_left_a_telephone_alone_is_asked_by_it_where_their_browser_is_gone(post: Post) -> None:
    report = post.report("closed", contact=BY_PHONE)
    browser(post, 1, report)
    post.boxes["push"].fail = GONE
    event = post.event(report, ASKED)
    post.tell(event)
    assert texted(post) == [BY_PHONE.phone]
    post.tell(event)
    assert texted(post) == [BY_PHONE.phone], "once"


def test_a_browser_that_shows_it_is_enough(post: Post) -> None:
    report = post.report("closed", contact=BY_PHONE)
    browser(post, 1, report)
    post.tell(post.event(report, ASKED))
    assert len(post.boxes["push"].got) == 1
    assert texted(post) == []


def test_one_dead_browser_of_two_costs_no_sms(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    report = post.report("closed", contact=BY_PHONE)
    browser(post, 1, report)
    browser(post, 2, report)
    shown: list[Envelope] = []

    def send(envelope: Envelope) -> None:
        if envelope.device is not None and envelope.device.endpoint.endswith("1"):
            raise GONE
        shown.append(envelope)

    monkeypatch.setattr(post.boxes["push"], "send", send)
    post.tell(post.event(report, ASKED))
    assert len(shown) == 1
    assert texted(post) == []


def test_everything_that_waited_for_the_dead_browser_goes_on(post: Post) -> None:
    reports = [post.report("closed", contact=BY_PHONE) for _ in range(2)]
    browser(post, 1, *reports)
    post.boxes["push"].fail = SendFailed("push service: ReadTimeout")
    post.tell(*(post.event(each, ASKED) for each in reports))
    assert texted(post) == [], "it is tried again first"
    post.boxes["push"].fail = GONE
    post.pass_time(minutes=2)
    assert texted(post) == [BY_PHONE.phone] * 2


def test_a_mailbox_that_refuses_gives_way_to_the_telephone_for_what_has_to_be_heard(post: Post) -> None:
    report = post.report("closed")
    post.boxes["email"].fail = REFUSED
    post.tell(post.event(report, ASKED))
    assert texted(post) == [LAN.phone]
    post.tell(post.event(report, EventType.ACCEPTED, data={"from": "assigned"}))
    assert texted(post) == [LAN.phone], "a step that is on the page costs no SMS"


def test_a_letter_that_came_back_gives_way_to_the_telephone_once(post: Post) -> None:
    report = post.report("closed")
    post.tell(post.event(report, ASKED))
    [mail] = post.mail
    assert texted(post) == []
    for _ in range(2):
        with unit_of_work(post.engine) as session:
            post.sending.go_on_after_bounce(session, mail.id, "5.1.1")
    assert texted(post) == [LAN.phone]
    assert {each.channel: each.state for each in post.messages()} == {"email": "given_up", "sms": "sent"}


def test_no_address_is_used_whose_owner_wants_none(post: Post) -> None:
    report = post.report("closed", contact=BY_PHONE)
    browser(post, 1, report)
    with unit_of_work(post.engine) as session:
        store_choice(session, (NoticeChannel.SMS, BY_PHONE.phone or ""), "never", now=post.now)
    post.boxes["push"].fail = GONE
    post.tell(post.event(report, ASKED))
    assert texted(post) == []


def test_a_question_that_reached_nobody_is_told_to_colleagues(post: Post) -> None:
    report = post.report("waiting", contact=None)
    browser(post, 1, report)
    post.boxes["push"].fail = GONE
    post.tell(post.event(report, EventType.WAITING))
    with unit_of_work(post.engine) as session:
        types = session.scalars(select(Event.type).where(Event.report_id == report)).all()
    assert EventType.UNREACHED in types


def test_who_asked_for_a_channel_that_the_city_has_no_more_is_told_by_their_contact(post: Post) -> None:
    report = post.report("closed", contact=BY_PHONE)
    with unit_of_work(post.engine) as session:
        session.add(watch(post, report, NoticeChannel.ZALO, "00000000-0000-0000-0000-000000000001"))
    post.tell(post.event(report, ASKED))
    assert texted(post) == [BY_PHONE.phone]
