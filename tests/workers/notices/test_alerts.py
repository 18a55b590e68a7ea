"""Alerts: which of them an event concerns, once each, through their indexes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from service.db import unit_of_work
from service.domain.notices import alerts, confirmation
from service.domain.notices.alerts import AlertFilter
from service.domain.notices.confirmation import Mailbox
from service.domain.reports.events import SYSTEM
from service.errors import Conflict, TooMany
from service.models import EventType, Message, Subscription
from service.sending.channels import CHANNELS
from tests.support.notice_stage import LAN, Post
from tests.support.small_city import IN_W1, IN_W2

HOA = "hoa@example.org"
NEAR: dict[str, Any] = {"lon": IN_W1[0] + 0.002, "lat": IN_W1[1], "radius_m": 500}
FAR: dict[str, Any] = {"lon": IN_W1[0] + 0.02, "lat": IN_W1[1], "radius_m": 500}


def alert(post: Post, email: str = HOA, *, yes: bool = True, **wish: Any) -> UUID:
    with unit_of_work(post.engine) as session:
        made, _ = alerts.create(
            session,
            CHANNELS,
            post.reference,
            AlertFilter(**{"pace": "at_once", **wish}),
            Mailbox(email=email),
            owner=b"o",
            language="vi",
            now=post.now,
        )
        if yes:
            confirmation.confirm(session, made.id, post.now)
    if yes:  # the question itself is out of the way
        post.send()
        post.mail.clear()
    return made.id


def report_in(post: Post, ward: str = "W1", category: str = "litter", **columns: Any) -> UUID:
    ward_id = post.reference.ward_by_code[ward].id
    place = IN_W1 if ward == "W1" else IN_W2
    return post.report("assigned", category=category, place=place, ward_id=ward_id, **columns)


def news(post: Post, report: UUID, type: EventType = EventType.ASSIGNED) -> list[str]:  # noqa: A002
    """Who is told, when this happens."""
    before = len(post.mail)
    post.tell(post.event(report, type, actor=SYSTEM, data={"from": "received"}))
    return [mail.recipient for mail in post.mail[before:]]


@pytest.mark.parametrize(
    ("wish", "hit"),
    [
        ({"ward": "W1"}, True),
        ({"ward": "W2"}, False),
        ({"category": "litter"}, True),
        ({"category": "noise"}, False),
        ({"ward": "W1", "category": "litter"}, True),
        ({"ward": "W1", "category": "noise"}, False),
        (NEAR, True),
        (FAR, False),
        ({**NEAR, "category": "litter"}, True),
        ({**NEAR, "category": "noise"}, False),
        ({**NEAR, "ward": "W2"}, False),
    ],
)
def test_an_alert_hears_what_it_asked_for(post: Post, wish: dict[str, Any], hit: bool) -> None:
    alert(post, **wish)
    assert news(post, report_in(post, contact=None)) == ([HOA] if hit else [])


def test_nothing_is_sent_before_the_address_said_yes_but_the_question(post: Post) -> None:
    alert(post, yes=False, ward="W1")
    post.send()
    [question] = post.mail
    assert "/alerts/confirm/" in question.link
    assert question.one_click == ""

    assert news(post, report_in(post, contact=None)) == []


def test_one_person_with_several_matching_alerts_hears_once(post: Post) -> None:
    for wish in ({"ward": "W1"}, {"category": "litter"}, NEAR):
        alert(post, **wish)
    assert news(post, report_in(post, contact=None)) == [HOA]


def test_the_reporter_is_told_as_reporter_and_not_again_as_a_neighbour(post: Post) -> None:
    assert LAN.email
    alert(post, email=LAN.email, ward="W1")
    report = report_in(post)

    assert news(post, report) == [LAN.email.lower()]
    assert "Đã tiếp nhận" in post.mail[-1].subject


def test_of_one_report_an_alert_hears_once_that_it_is_new_and_once_that_it_is_done(post: Post) -> None:
    alert(post, ward="W1")
    report = report_in(post, contact=None)
    told = [news(post, report, each) for each in (EventType.ASSIGNED, EventType.ACCEPTED, EventType.ASSIGNED)]
    assert told == [[HOA], [], []]
    assert news(post, report, EventType.CLOSED) == [HOA]


def test_what_is_not_public_is_told_to_no_neighbour(post: Post) -> None:
    alert(post, ward="W1")
    assert news(post, report_in(post, contact=None, published=False)) == []


def test_daily_waits_for_the_digest(post: Post) -> None:
    alert(post, ward="W1", pace="daily")
    assert news(post, report_in(post, contact=None)) == []
    post.pass_time(hours=20)
    assert post.module.digest() == 1
    assert post.mail[-1].recipient == HOA


def test_the_same_wish_is_the_same_alert_and_a_stranger_cannot_take_it_over(post: Post) -> None:
    first = alert(post, ward="W1")
    with unit_of_work(post.engine) as session:
        again, asked = alerts.create(
            session,
            CHANNELS,
            post.reference,
            AlertFilter(ward="W1", pace="daily"),
            Mailbox(email=HOA.upper()),
            owner=b"stranger",
            language="vi",
            now=post.now,
        )
        assert (again.id, asked) == (first, False)
        assert alerts.alerts_of(session, CHANNELS, post.reference, b"stranger", None) == []
        assert session.get_one(Subscription, first).pace == "at_once"


def test_an_address_is_asked_five_times_a_day_at_most(post: Post) -> None:
    wards: list[dict[str, Any]] = [
        {"ward": "W1"},
        {"ward": "W2"},
        {"category": "litter"},
        {"category": "noise"},
        NEAR,
    ]
    for wish in wards:
        alert(post, yes=False, **wish)
    with pytest.raises(TooMany):
        alert(post, yes=False, **FAR)


def test_twenty_alerts_are_enough(post: Post) -> None:
    with unit_of_work(post.engine) as session:
        session.add_all(
            Subscription(
                channel="email", recipient=HOA, ward_code=f"X{n}", confirmed_at=post.now, created_at=post.now
            )
            for n in range(alerts.MOST)
        )
    with pytest.raises(Conflict):
        alert(post, ward="W1")


def test_an_event_is_matched_through_the_indexes(post: Post) -> None:
    """With many alerts elsewhere, none of them is looked at."""
    many = text("""
        INSERT INTO subscription
               (id, channel, recipient, ward_code, zone, category_id, confirmed_at, created_at)
        SELECT gen_random_uuid(), 'email', 'n' || n || '@example.org',
               CASE WHEN n % 3 = 0 THEN 'X' || n END,
               CASE WHEN n % 3 = 1 THEN
                 ST_Buffer(ST_SetSRID(ST_MakePoint(100 + n / 3000.0, 10), 4326), 0.001) END,
               CASE WHEN n % 3 = 2 THEN :noise END, now(), now()
        FROM generate_series(1, 6000) n
    """)
    alert(post, ward="W1")
    with unit_of_work(post.engine) as session:
        session.execute(many, {"noise": post.reference.category_by_code["noise"].id})
    with unit_of_work(post.engine) as session:
        session.execute(text("ANALYZE subscription"))
    report = report_in(post, contact=None)
    event = post.event(report, EventType.ASSIGNED, actor=SYSTEM, data={"from": "received"})
    looked = text(
        "SELECT coalesce(seq_tup_read, 0) FROM pg_stat_xact_user_tables WHERE relname = 'subscription'"
    )
    from service.domain.notices.plan import plan_event

    with unit_of_work(post.engine) as session:
        assert plan_event(session, post.reference, int(event), {"email": CHANNELS["email"]}, post.now) == 1
        assert session.scalar(looked) == 0
        assert session.query(Message).filter_by(audience="alert").count() == 1
