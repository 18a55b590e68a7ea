"""Following with an address: it is asked first, whoever types it learns nothing, and gets nobody's secret."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.casework.citizens.followers import Follow
from service.domain.city.reference import Reference
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.notices import citizens, confirmation
from service.domain.notices.confirmation import MOST_ASKED
from service.domain.notices.follow_requests import follow
from service.domain.notices.kinds import CITIZENS
from service.domain.notices.reach import Recipient
from service.domain.notices.reach import citizens as reached
from service.domain.notices.report_subscriptions import change_pace, watches
from service.domain.reports.access import Asker
from service.domain.reports.events import SYSTEM, record
from service.errors import Invalid
from service.models import Contact, EventType, Follower, Message, Report, Subscription
from service.sending.channels import CHANNELS
from tests.support.factories import make_report
from tests.support.people import KEY
from tests.support.small_city import NOON

LAN = "lan@vidu.vn"
PHONE = "+84905123456"


def join(session: Session, reference: Reference, report: Report, **sent: Any) -> UUID:
    body = Follow.model_validate(sent)
    return follow(session, CHANNELS, reference, Asker(key=KEY), report.id, body, language="vi", now=NOON)[0]


def secret_of(follower: UUID) -> Asker:
    return Asker(secret=follower_secret(KEY, follower), key=KEY)


def questions(session: Session) -> list[Message]:
    asked = select(Message).where(Message.notice == "confirm").order_by(Message.created_at, Message.id)
    return list(session.scalars(asked))


def told(session: Session, report: Report, type_: EventType = EventType.RESOLVED) -> list[Recipient]:
    event = record(session, report, type_, actor=SYSTEM, at=NOON)
    return reached(session, CHANNELS, report, event, CITIZENS[type_])


@pytest.fixture
def report(session: Session, reference: Reference) -> Report:
    return make_report(session, reference, "in_progress")


def test_an_address_is_asked_and_told_nothing_before_it_said_yes(
    session: Session, reference: Reference, report: Report
) -> None:
    join(session, reference, report, contact={"email": f" {LAN.upper()},", "phone": "0905 123 456"})

    assert {(m.channel, m.recipient) for m in questions(session)} == {("email", LAN), ("sms", PHONE)}
    assert told(session, report) == []
    assert not session.scalars(select(Subscription).where(Subscription.confirmed_at.is_not(None))).all()


def test_who_said_yes_is_told_and_by_sms_only_what_matters(
    session: Session, reference: Reference, report: Report
) -> None:
    mine = join(session, reference, report, contact={"email": LAN, "phone": PHONE})
    for question in questions(session):
        confirmation.confirm_subscription(session, question.id, NOON)

    found = told(session, report)
    assert {(r.channel, r.recipient, r.follower_id) for r in found} == {
        ("email", LAN, mine),
        ("sms", PHONE, mine),
    }
    assert [r.channel for r in told(session, report, EventType.ACCEPTED)] == ["email"]


@pytest.mark.parametrize("spelling", [LAN, "LAN@VIDU.VN", "lan@vidu.vn,", "Lan <lan@vidu.vn>"])
@pytest.mark.parametrize("confirmed", [False, True])
def test_who_types_anothers_address_gets_nothing_of_theirs_and_sees_no_difference(
    session: Session, reference: Reference, report: Report, spelling: str, confirmed: bool
) -> None:
    theirs = join(session, reference, report, contact={"email": LAN})
    if confirmed:
        confirmation.confirm_subscription(session, questions(session)[0].id, NOON)

    mine = join(session, reference, report, contact={"email": spelling})

    assert mine != theirs
    [seen] = watches(session, CHANNELS, secret_of(mine), report.code, NOON)
    fresh = join(session, reference, report, contact={"email": "ai@vidu.vn"})
    [other] = watches(session, CHANNELS, secret_of(fresh), report.code, NOON)
    assert (seen.channel, seen.confirmed, seen.pace) == (other.channel, other.confirmed, other.pace)
    change_pace(
        session, CHANNELS, secret_of(mine), report.code, str(seen.id), confirmation.Pace(pace="never"), NOON
    )
    assert watches(session, CHANNELS, secret_of(theirs), report.code, NOON)[0].confirmed == confirmed
    assert [r.follower_id for r in told(session, report)] == ([theirs] if confirmed else [])


def test_the_one_who_was_asked_decides_whose_wish_it_is(
    session: Session, reference: Reference, report: Report
) -> None:
    first = join(session, reference, report, contact={"email": LAN})
    second = join(session, reference, report, contact={"email": LAN})
    asked = {m.follower_id: m.id for m in questions(session)}

    confirmation.confirm_subscription(session, asked[second], NOON)
    assert [r.follower_id for r in told(session, report)] == [second]
    assert not confirmation.is_confirmed(session, asked[first])
    confirmation.confirm_subscription(session, asked[first], NOON)
    assert [r.follower_id for r in told(session, report)] == [first]


def test_one_mailbox_is_asked_so_often_in_a_day_in_all_its_spellings(
    session: Session, reference: Reference, report: Report
) -> None:
    for n in range(MOST_ASKED + 3):
        spelled = f"{'l.a.n'[: 2 * (n % 3) + 1]}{'an'[n % 3 :]}+{n}@gmail.com"
        assert join(session, reference, report, contact={"email": spelled}), "one follows all the same"

    assert len(questions(session)) == MOST_ASKED


@pytest.mark.parametrize("phone", ["+12025550123", "+84 234 3822 327"])
def test_a_number_that_gets_no_sms_is_refused(
    session: Session, reference: Reference, report: Report, phone: str
) -> None:
    with pytest.raises(Invalid) as refused:
        join(session, reference, report, contact={"phone": phone})
    assert [error.loc for error in refused.value.errors] == [("contact", "phone")]
    assert not session.scalars(select(Follower)).all()


def test_the_same_id_again_asks_nobody_twice(session: Session, reference: Reference, report: Report) -> None:
    sent = {"id": str(uuid4()), "contact": {"email": LAN}}
    assert join(session, reference, report, **sent) == join(session, reference, report, **sent)
    assert len(questions(session)) == 1


def test_who_confirmed_finds_the_report_after_signing_in(
    session: Session, reference: Reference, report: Report
) -> None:
    mine = join(session, reference, report, contact={"email": LAN})
    citizen = citizens.Citizen(1, "email", LAN)
    assert citizens.codes_of_reports(session, citizen) == []

    confirmation.confirm_subscription(session, questions(session)[0].id, NOON)

    assert citizens.codes_of_reports(session, citizen) == [report.code]
    assert citizens.secret_for(session, KEY, citizen, report.code) == follower_secret(KEY, mine)


@pytest.mark.parametrize(
    ("email", "channels"), [(None, {"sms"}), (LAN, {"email"})], ids=["a number alone", "email too"]
)
def test_whether_it_lasts_is_asked_by_sms_where_nothing_else_reaches_the_reporter(
    session: Session, reference: Reference, email: str | None, channels: set[str]
) -> None:
    closed = make_report(session, reference, "closed")
    session.add(Contact(report_id=closed.id, phone=PHONE, email=email))
    join(session, reference, closed, contact={"phone": "0905 999 888"})
    for question in questions(session):
        confirmation.confirm_subscription(session, question.id, NOON)
    assert {each.channel for each in told(session, closed, EventType.FOLLOW_UP_ASKED)} == channels
    assert {each.channel for each in told(session, closed, EventType.CLOSED)} == channels - {"sms"}
