"""One message per event, channel and person: repeated, at once, interrupted, refused, too late."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from service.db import unit_of_work
from service.domain.kernel.codes import report_secret
from service.domain.notices import delivery
from service.domain.notices.preferences import store_choice
from service.domain.notices.troubles.failures import channel_troubles
from service.domain.reports.events import REPORTER, SYSTEM
from service.models import (
    EventType,
    Follower,
    Message,
    NoticeChannel,
    PushDevice,
    Report,
    SentCopy,
    Subscription,
)
from service.sending.envelope import SendFailed
from tests.support.notice_stage import LAN, STAFF, Died, Post


def test_the_reporter_is_told_by_mail_and_what_matters_by_sms_too(post: Post) -> None:
    report = post.report()
    event = post.event(report, EventType.RESOLVED, data={"from": "in_progress"})

    post.tell(event)

    [mail], [sms] = post.mail, post.boxes["sms"].got
    assert (mail.recipient, sms.recipient) == ("lan@example.org", LAN.phone)
    assert mail.link.endswith(f"?s={report_secret(b'k' * 40, report)}")
    assert "/n/" in mail.one_click
    assert mail.one_click in mail.text
    assert mail.one_click in mail.html
    assert {message.state for message in post.messages()} == {"sent"}


def test_what_matters_less_costs_no_sms(post: Post) -> None:
    post.tell(post.event(post.report(), EventType.ACCEPTED, data={"from": "assigned"}))

    assert len(post.mail) == 1
    assert post.boxes["sms"].got == []


def test_who_follows_a_place_beside_a_route_reads_which_company_is_done(post: Post) -> None:
    data = {
        "section": "V26-0001",
        "street": "Lê Lợi",
        "company_name": {"vi": "Viettel"},
        "company": "viettel",
    }
    post.tell(post.event(post.report(), EventType.CABLE_FINISHED, data=data))

    [mail] = post.mail
    assert "Lê Lợi" in mail.subject
    assert "Viettel" in mail.text


@pytest.mark.parametrize("times", [2, 10])
def test_a_task_that_is_repeated_sends_once(post: Post, times: int) -> None:
    event = post.event(post.report(), EventType.CLOSED)

    for _ in range(times):
        post.tell(event)
        post.send()

    assert len(post.mail) == 1


def test_tasks_at_the_same_moment_send_once(post: Post) -> None:
    events = [post.event(post.report(), EventType.CLOSED) for _ in range(3)]

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: post.tell(*events), range(6)))

    assert len(post.mail) == 3
    assert len({mail.id for mail in post.mail}) == 3


def test_a_worker_killed_between_claim_and_sending_is_finished_by_the_sweep(post: Post) -> None:
    event = post.event(post.report(), EventType.CLOSED)
    post.boxes["email"].die = True
    with pytest.raises(Died):
        post.tell(event)
    assert [m.state for m in post.messages()] == ["claimed"]

    post.send()
    assert post.mail == [], "it may still be under way"
    post.pass_time(seconds=delivery.LEASE.total_seconds() + 1)
    post.send()
    post.send()

    assert len(post.mail) == 1
    assert [m.state for m in post.messages()] == ["sent"]


def test_a_worker_killed_after_sending_repeats_under_the_same_id(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The channel then knows the repetition: Message-ID, Topic, Idempotency-Key come from the id."""
    event = post.event(post.report(), EventType.CLOSED)

    def die(*_: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(post.sending, "_went", die)
        with pytest.raises(Died):
            post.tell(event)
    post.pass_time(minutes=3)
    post.send()

    assert len({mail.id for mail in post.mail}) == 1
    assert [m.state for m in post.messages()] == ["sent"]


def test_a_channel_that_refuses_is_tried_with_growing_pauses_then_given_up(post: Post) -> None:
    post.boxes["email"].fail = SendFailed("server says 451")
    post.tell(post.event(post.report(), EventType.CLOSED))

    pauses = []
    while (message := post.messages()[0]).state == "waiting":
        pauses.append((message.not_before - post.now).total_seconds())
        post.now = message.not_before
        post.send()

    assert pauses == [30, 60, 120, 240, 480, 960, 1920]
    assert (message.state, message.error) == ("given_up", "server says 451")
    with unit_of_work(post.engine) as session:
        assert [(t.channel, t.given_up) for t in channel_troubles(session, post.now)] == [("email", 1)]


def test_refused_for_good_is_not_tried_again(post: Post) -> None:
    post.boxes["email"].fail = SendFailed("no such mailbox", for_good=True)

    post.tell(post.event(post.report(), EventType.CLOSED))

    assert [(m.state, m.attempts) for m in post.messages()] == [("given_up", 1)]


def test_a_server_that_is_away_costs_no_tries_and_is_asked_seldom(post: Post) -> None:
    events = [post.event(post.report(), EventType.CLOSED) for _ in range(4)]
    post.boxes["email"].fail = SendFailed("mail server: ConnectionRefusedError", away=True)
    post.tell(*events)
    assert {m.attempts for m in post.messages()} == {0}
    post.boxes["email"].fail = None

    post.send()
    assert post.mail == []
    post.pass_time(minutes=2)
    post.send()

    assert len(post.mail) == 4


def test_what_is_older_than_a_day_is_told_to_nobody(post: Post) -> None:
    event = post.event(post.report(), EventType.CLOSED)
    post.pass_time(hours=25)
    post.tell(event)
    assert post.messages() == []


def test_what_could_not_be_sent_for_a_day_is_stale(post: Post) -> None:
    post.boxes["email"].fail = SendFailed("away", away=True)
    post.tell(post.event(post.report(), EventType.CLOSED))
    post.boxes["email"].fail = None
    post.pass_time(hours=25)

    post.send()

    assert [m.state for m in post.messages()] == ["stale"]
    assert post.mail == []


def test_the_receipt_comes_with_the_first_step_and_says_who_holds_it(post: Post) -> None:
    report = post.report("assigned")
    post.tell(post.event(report, EventType.RECEIVED, actor=REPORTER))
    assert post.mail == []

    post.tell(post.event(report, EventType.ASSIGNED, actor=SYSTEM, data={"from": "received"}))

    [mail] = post.mail
    assert "Đã tiếp nhận" in mail.subject
    assert "Đơn vị city-cables" in mail.text


def test_a_question_goes_to_the_reporter_alone_with_its_words(post: Post) -> None:
    report = post.report("waiting")
    follow(post, report, "hoa@example.org")

    post.tell(
        post.event(report, EventType.WAITING, data={"from": "in_progress", "reason": "Cáp của hãng nào?"})
    )

    [mail] = post.mail
    assert mail.recipient == "lan@example.org"
    assert "Cáp của hãng nào?" in mail.text
    assert "Cáp của hãng nào?" in post.boxes["sms"].got[0].short


def test_followers_are_told_in_their_own_language(post: Post) -> None:
    report = post.report()
    follow(post, report, "hoa@example.org", language="en")

    post.tell(post.event(report, EventType.CLOSED))

    told = {mail.recipient: mail for mail in post.mail}
    assert "hoàn thành" in told["lan@example.org"].subject
    assert "complete" in told["hoa@example.org"].subject
    assert told["hoa@example.org"].link != told["lan@example.org"].link


def test_one_address_hears_once_however_often_it_follows(post: Post) -> None:
    report = post.report()
    follow(post, report, "LAN@example.org")

    post.tell(post.event(report, EventType.CLOSED))

    assert [mail.recipient for mail in post.mail] == ["lan@example.org"]


def test_a_report_that_is_not_public_is_told_to_its_reporter_alone(post: Post) -> None:
    report = post.report(published=False)
    follow(post, report, "hoa@example.org")

    post.tell(post.event(report, EventType.CLOSED))

    assert [mail.recipient for mail in post.mail] == ["lan@example.org"]


def test_who_did_it_is_not_told_of_it(post: Post) -> None:
    report = post.report()
    follow(post, report, "hoa@example.org")

    post.tell(post.event(report, EventType.REOPENED, actor=REPORTER, data={"reason": "Vẫn còn"}))

    assert [mail.recipient for mail in post.mail] == ["hoa@example.org"]


def test_who_wants_no_more_is_left_alone(post: Post) -> None:
    one, other = post.report(), post.report()
    with unit_of_work(post.engine) as session:
        store_choice(session, (NoticeChannel.EMAIL, "lan@example.org"), "never", now=post.now, report_id=one)

    post.tell(post.event(one, EventType.CLOSED), post.event(other, EventType.CLOSED))
    assert len(post.mail) == 1

    with unit_of_work(post.engine) as session:
        store_choice(session, (NoticeChannel.EMAIL, "lan@example.org"), "never", now=post.now)
    post.tell(post.event(other, EventType.REOPENED))
    assert len(post.mail) == 1


def test_daily_gathers_until_the_citys_hour_and_comes_once(post: Post) -> None:
    report = post.report()
    with unit_of_work(post.engine) as session:
        store_choice(session, (NoticeChannel.EMAIL, "lan@example.org"), "daily", now=post.now)
    post.tell(post.event(report, EventType.CLOSED), post.event(report, EventType.REOPENED))
    assert post.mail == []

    post.pass_time(hours=13)  # 01:00 in Huế
    assert post.module.digest() == 0
    post.pass_time(hours=6)
    assert post.module.digest() == 2
    assert post.module.digest() == 0

    [mail] = post.mail
    assert mail.subject.startswith("2 ")
    assert mail.text.count("/r/") == 2
    assert {m.state for m in post.messages()} == {"sent", "digested"}


def test_a_browser_that_is_gone_is_forgotten(post: Post) -> None:
    report = post.report(contact=None)
    with unit_of_work(post.engine) as session:
        device = PushDevice(endpoint="https://push.example/1", p256dh="p", auth="a", created_at=post.now)
        session.add(device)
        session.flush()
        session.add(
            Subscription(
                channel="push",
                recipient=str(device.id),
                device_id=device.id,
                report_id=report,
                confirmed_at=post.now,
                created_at=post.now,
            )
        )
    post.boxes["push"].fail = SendFailed("push service answered 410", gone=True)

    post.tell(post.event(report, EventType.CLOSED))

    with unit_of_work(post.engine) as session:
        assert session.get(PushDevice, device.id) is None
        assert session.query(Subscription).count() == 0
        assert session.query(Message).count() == 0


def test_a_public_reply_with_a_step_is_told_in_one_message(post: Post) -> None:
    from service.domain.casework.case.words import say

    report = post.report("resolved")
    with unit_of_work(post.engine) as session:
        row = session.get_one(Report, report)
        words = say(session, row, "reply", "Đã thu gom xong sáng nay.", public=True, actor=STAFF, at=post.now)
    step = post.event(report, EventType.RESOLVED, actor=STAFF)
    reply = post.event(
        report, EventType.COMMENT_ADDED, actor=STAFF, data={"comment": str(words.id), "kind": "reply"}
    )

    post.tell(step, reply)

    [mail] = post.mail
    assert "Đã thu gom xong sáng nay." in mail.text


def test_a_report_taken_from_the_public_meanwhile_is_not_told_to_followers(post: Post) -> None:
    report = post.report(contact=None)
    follow(post, report, "hoa@example.org")
    post.boxes["email"].fail = SendFailed("away", away=True)
    post.tell(post.event(report, EventType.CLOSED))
    post.boxes["email"].fail = None
    with unit_of_work(post.engine) as session:
        session.get_one(Report, report).published = False
    post.pass_time(minutes=2)

    post.send()

    assert post.mail == []
    assert [m.state for m in post.messages()] == ["dropped"]


def test_the_demo_keeps_the_words(post: Post) -> None:
    post.tell(post.event(post.report(), EventType.CLOSED))

    with unit_of_work(post.engine) as session:
        [copy] = session.query(SentCopy).all()
    assert copy.subject == post.mail[0].subject


def follow(post: Post, report: object, email: str, language: str = "vi") -> None:
    with unit_of_work(post.engine) as session:
        session.add(
            Follower(
                id=uuid4(),
                report_id=report,
                email=email,
                language=language,
                body_hash=b"",
                created_at=post.now,
            )
        )


def test_who_was_merged_into_an_unpublished_report_is_told_its_status_alone(post: Post) -> None:
    original = post.report("in_progress", contact=None, published=False, description="Bếp quán X")
    with unit_of_work(post.engine) as session:
        code = session.get_one(Report, original).code
    duplicate = post.report("duplicate", published=False, duplicate_of_id=original)
    data = {"from": "in_progress", "reason": f"Đã phạt chủ quán X, xem {code}"}

    post.tell(post.event(original, EventType.RESOLVED, data=data))

    [mail], [sms] = post.mail, post.boxes["sms"].got
    assert mail.recipient == "lan@example.org"
    assert mail.link.endswith(f"?s={report_secret(b'k' * 40, duplicate)}")
    for said in (mail.text, mail.html, mail.subject, sms.short):
        assert code not in said
        assert "quán X" not in said


def test_who_was_merged_into_a_published_report_is_told_as_its_follower(post: Post) -> None:
    original = post.report("in_progress", contact=None)
    post.report("duplicate", duplicate_of_id=original)

    post.tell(post.event(original, EventType.RESOLVED, data={"from": "in_progress"}))

    assert post.mail == [], "the merge itself makes the sender a follower; nobody is told twice"


def test_the_link_carries_the_secret_of_now(post: Post) -> None:
    report = post.report(secret_generation=2)

    post.tell(post.event(report, EventType.RESOLVED, data={"from": "in_progress"}))

    [mail] = post.mail
    assert mail.link.endswith(f"?s={report_secret(b'k' * 40, report, 2)}")
