"""A colleague's browser is told by push only while they are signed in there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.people.devices import Browser, keep_device, signed_in_devices
from service.domain.people.own_account import change_password, end_others, sign_out
from service.domain.people.sessions import COOKIE_IDLE, end_sessions, open_session
from service.domain.privacy.retention import old_sessions
from service.models import Message, PushDevice, Report, Staff, Subscription
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.small_city import NOON

POINT = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
SOON = NOON + timedelta(minutes=1)


def browser(name: str) -> Browser:
    return Browser(endpoint=f"https://push.example/{name}", p256dh=POINT, auth="tBHItJI5svbpez7KI4CCXg")


@pytest.fixture
def hoa(cast: Cast) -> Staff:
    return cast.triage.account


def signed_in(session: Session, account: Staff, name: str) -> int:
    """Sign in with the browser of that name, which is told from then on; the session's id."""
    opened = open_session(session, account, "cookie", at=NOON)
    keep_device(session, browser(name), language="vi", now=NOON, staff_id=account.id, session_id=opened.id)
    return opened.id


def told_at(session: Session, account: Staff, at: object = SOON) -> list[str]:
    found = signed_in_devices(session, [account.id], at)  # type: ignore[arg-type]
    return [each.endpoint.rsplit("/", 1)[1] for each in found]


def kept(session: Session) -> list[str]:
    session.expire_all()
    return sorted(each.rsplit("/", 1)[1] for each in session.scalars(select(PushDevice.endpoint)))


def test_signing_out_ends_it_on_that_browser_alone(session: Session, hoa: Staff) -> None:
    phone, _ = signed_in(session, hoa, "phone"), signed_in(session, hoa, "desk")
    assert sorted(told_at(session, hoa)) == ["desk", "phone"]
    sign_out(session, phone, SOON)
    assert told_at(session, hoa) == ["desk"]
    assert kept(session) == ["desk"]


ENDS: dict[str, Callable[[Session, Staff, int], object]] = {
    "a new password": lambda s, who, here: change_password(s, who.id, "x", SOON, keep=here),
    "the others signed out": lambda s, who, here: end_others(s, who.id, here, SOON),
}


@pytest.mark.parametrize("how", ENDS)
def test_what_ends_the_other_sessions_ends_their_browsers(session: Session, hoa: Staff, how: str) -> None:
    here = signed_in(session, hoa, "here")
    signed_in(session, hoa, "lost")
    ENDS[how](session, hoa, here)
    assert kept(session) == ["here"]


def test_an_account_that_is_signed_out_everywhere_is_told_nowhere(session: Session, hoa: Staff) -> None:
    signed_in(session, hoa, "phone")
    keep_device(session, browser("old"), language="vi", now=NOON, staff_id=hoa.id)
    end_sessions(session, hoa.id)
    assert kept(session) == []


def test_a_session_that_runs_out_takes_the_browser_with_it(
    session: Session, reference: Reference, hoa: Staff
) -> None:
    signed_in(session, hoa, "phone")
    later = NOON + COOKIE_IDLE
    assert told_at(session, hoa, later) == []
    assert kept(session) == ["phone"]
    assert old_sessions(session, reference, later, 10) == 1
    assert kept(session) == []


def test_a_browser_of_before_counts_while_its_owner_is_signed_in(session: Session, hoa: Staff) -> None:
    keep_device(session, browser("old"), language="vi", now=NOON, staff_id=hoa.id)
    assert told_at(session, hoa) == []
    here = open_session(session, hoa, "cookie", at=NOON).id
    assert told_at(session, hoa) == ["old"]
    sign_out(session, here, SOON)
    assert kept(session) == []


def test_a_browser_that_a_citizen_uses_too_goes_on_for_them(
    session: Session, reference: Reference, hoa: Staff
) -> None:
    here = signed_in(session, hoa, "shared")
    device = session.scalars(select(PushDevice)).one()
    report: Report = make_report(session, reference)
    wish = Subscription(
        report_id=report.id, channel="push", recipient=str(device.id), device_id=device.id, language="vi"
    )
    wish.created_at = wish.confirmed_at = NOON
    session.add(wish)
    for staff_id in (hoa.id, None):
        session.add(
            Message(
                occasion=f"x:{staff_id}",
                channel="push",
                recipient=str(device.id),
                audience="staff" if staff_id else "follower",
                notice="status",
                language="vi",
                device_id=device.id,
                staff_id=staff_id,
                not_before=NOON,
                fresh_until=NOON,
                created_at=NOON,
            )
        )
    session.flush()
    sign_out(session, here, SOON)
    assert told_at(session, hoa) == []
    assert kept(session) == ["shared"]
    assert session.scalars(select(Message.occasion)).all() == ["x:None"]
    assert session.scalars(select(PushDevice.staff_id)).all() == [None]
