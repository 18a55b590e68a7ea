"""Being told, as people meet it on pages: on a report's page, by a message's link, as alerts, by code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.kernel.codes import report_secret
from service.domain.notices.citizens import code_of
from service.domain.notices.links import make_token
from service.models import (
    Contact,
    Follower,
    Message,
    NoticeChoice,
    PushDevice,
    Report,
    SigninCode,
    Subscription,
)
from tests.sending.envelopes import browser_keys
from tests.support.site import HTML, KEY, Site

SECRET = KEY.encode()


@pytest.fixture(autouse=True)
def _new_visitor(site: Site) -> Iterator[None]:
    site.client.cookies.clear()
    yield
    site.client.cookies.clear()


def rows(site: Site, table: type, **columns: Any) -> list[object]:
    with unit_of_work(site.engine) as session:
        return list(session.scalars(select(table).filter_by(**columns)))


def subscriptions(site: Site, recipient: str) -> list[Subscription]:
    return rows(site, Subscription, recipient=recipient)  # type: ignore[return-value]


def address() -> str:
    return f"nguoi{uuid4().hex[:8]}@example.org"


def as_reporter(site: Site, code: str) -> None:
    secret = report_secret(SECRET, site.found(code).id)
    site.client.get(f"/r/{code}?s={secret}", headers=HTML)


def told(site: Site, code: str, email: str) -> UUID:
    """A message that went to the address about the report; what its link is about."""
    with unit_of_work(site.engine) as session:
        now = datetime.now(UTC)
        row = Message(
            occasion=f"event:{uuid4()}",
            channel="email",
            recipient=email,
            audience="reporter",
            notice="closed",
            language="vi",
            report_id=site.found(code).id,
            state="sent",
            not_before=now,
            fresh_until=now,
            created_at=now,
        )
        session.add(row)
        session.flush()
        return row.id


def test_a_stranger_who_asks_by_mail_follows_and_is_asked_first(site: Site) -> None:
    code, email = site.code("in_progress"), address()

    answer = site.post(f"/r/{code}", f"/r/{code}/notices", {"channel": "email", "email": email.upper()})

    assert answer.headers["location"] == f"/r/{code}?told=asked#notices"
    [wish] = subscriptions(site, email)
    assert wish.confirmed_at is None
    assert wish.follower_id is not None
    assert [m.notice for m in rows(site, Message, recipient=email)] == ["confirm"]  # type: ignore[attr-defined]
    shown = site.client.get(f"/r/{code}", headers=HTML).text
    assert f"{email[0]}•••@example.org" in shown
    assert email not in shown


def test_the_link_confirms_by_its_button_and_not_by_being_opened(site: Site) -> None:
    code, email = site.code("in_progress"), address()
    site.post(f"/r/{code}", f"/r/{code}/notices", {"channel": "email", "email": email})
    [wish] = subscriptions(site, email)
    link = f"/alerts/confirm/{make_token(SECRET, 'confirm', wish.id)}"

    assert site.get(link).status_code == 200
    assert subscriptions(site, email)[0].confirmed_at is None
    site.client.post(link)
    assert subscriptions(site, email)[0].confirmed_at is not None
    assert site.get(link).status_code == 200


def test_a_browser_is_told_and_one_browser_is_one_wish(site: Site) -> None:
    code = site.code("in_progress")
    as_reporter(site, code)
    endpoint = f"https://push.example.org/{uuid4()}"
    device = browser_keys().device(endpoint)
    given = {"channel": "push", "endpoint": endpoint, "p256dh": device.p256dh, "auth": device.auth}

    for _ in range(2):
        answer = site.post(f"/r/{code}", f"/r/{code}/notices", given)
        assert answer.headers["location"] == f"/r/{code}?told=on#notices"

    with unit_of_work(site.engine) as session:
        found = session.scalars(
            select(Subscription).where(
                Subscription.report_id == site.found(code).id, Subscription.channel == "push"
            )
        ).all()
    assert [(each.channel, each.reporter) for each in found] == [("push", True)]


@pytest.mark.parametrize(
    "given",
    [
        {"channel": "email", "email": "khong phai thu"},
        {"channel": "email"},
        {"channel": "push", "endpoint": "https://10.0.0.1/x", "p256dh": "x", "auth": "y"},
        {"channel": "push", "endpoint": "https://push.example.org/1", "p256dh": "x", "auth": "y"},
        {"channel": "sms", "email": "a@b.vn"},
        {},
    ],
)
def test_what_cannot_be_told_is_refused_in_place(site: Site, given: dict[str, str]) -> None:
    code = site.code("in_progress")
    before = len(rows(site, Follower))
    answer = site.post(f"/r/{code}", f"/r/{code}/notices", given)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert len(rows(site, Follower)) == before, "nobody follows by a mistake"


def test_the_reporter_chooses_how_often_for_the_address_they_left(site: Site) -> None:
    with unit_of_work(site.engine) as session:
        with_mail = select(Report.code).join(Contact, Contact.report_id == Report.id)
        code = session.scalars(with_mail.where(Contact.email.is_not(None)).limit(1)).one()
        email = str(session.scalars(select(Contact.email).join(Report).where(Report.code == code)).one())
    as_reporter(site, code)

    answer = site.post(f"/r/{code}", f"/r/{code}/notices/change", {"which": "email", "pace": "daily"})

    assert answer.status_code == 303
    [choice] = rows(site, NoticeChoice, recipient=email.lower())
    assert choice.pace == "daily"  # type: ignore[attr-defined]


def test_one_click_ends_it_without_cookies_or_pages(site: Site) -> None:
    code, email = site.code("closed"), address()
    token = make_token(SECRET, "message", told(site, code, email))

    with httpx.Client(base_url=site.url) as mail_programme:
        for _ in range(2):
            answer = mail_programme.post(f"/n/{token}", data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 204

    [choice] = rows(site, NoticeChoice, recipient=email)
    assert (choice.pace, choice.report_id) == ("never", site.found(code).id)  # type: ignore[attr-defined]


def test_the_page_of_the_link_offers_less_and_nothing(site: Site) -> None:
    email = address()
    token = make_token(SECRET, "message", told(site, site.code("closed"), email))
    shown = site.get(f"/n/{token}")
    assert shown.status_code == 200
    assert email not in shown.text

    site.post(f"/n/{token}", f"/n/{token}", {"scope": "all", "pace": "daily"})

    [choice] = rows(site, NoticeChoice, recipient=email)
    assert (choice.pace, choice.report_id) == ("daily", None)  # type: ignore[attr-defined]


@pytest.mark.parametrize("token", ["x", "A" * 48, "ư" * 20, make_token(b"x" * 40, "message", UUID(int=1))])
@pytest.mark.parametrize("path", ["/n/", "/alerts/confirm/"])
def test_links_that_we_never_made_lead_nowhere(site: Site, path: str, token: str) -> None:
    assert site.get(path + token).status_code == 404
    assert site.client.post(path + token).status_code == 404


def test_a_link_of_one_kind_opens_no_other(site: Site) -> None:
    message = told(site, site.code("closed"), address())
    assert site.get(f"/alerts/confirm/{make_token(SECRET, 'message', message)}").status_code == 404
    assert site.get(f"/n/{make_token(SECRET, 'confirm', message)}").status_code == 404


def test_an_alert_is_made_listed_changed_and_ended_by_its_browser_alone(site: Site) -> None:
    email = address()
    answer = site.post(
        "/alerts", "/alerts", {"category": "litter", "channel": "email", "email": email, "pace": "daily"}
    )
    assert answer.headers["location"] == "/alerts?told=asked#mine"
    [alert] = subscriptions(site, email)
    mine = site.client.get("/alerts", headers=HTML).text
    assert f"/alerts/{alert.id}" in mine
    assert "/feed.atom?category=litter" in mine

    with httpx.Client(base_url=site.url, headers=HTML) as stranger:
        page = stranger.get("/alerts").text
        assert f"/alerts/{alert.id}" not in page
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found
        tried = stranger.post(f"/alerts/{alert.id}", data={"pace": "never", "csrf_token": found[1]})
        assert tried.status_code == 404

    site.post("/alerts", f"/alerts/{alert.id}", {"pace": "never"})
    assert subscriptions(site, email) == []


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"category": "khong_co"},
        {"ward": "0"},
        {"lon": "2.35", "lat": "48.85"},
        {"category": "litter", "email": ""},
        {"category": "litter", "channel": "push"},
        {"lon": "nan", "lat": "inf"},
        {"category": "litter", "radius_m": "9999999"},
    ],
)
def test_alerts_about_nothing_are_refused_and_what_was_typed_is_kept(
    site: Site, given: dict[str, str]
) -> None:
    answer = site.post("/alerts", "/alerts", {"channel": "email", "email": "ai.do@example.org", **given})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    if "email" not in given:
        assert "ai.do@example.org" in answer.text


def with_contact(site: Site) -> tuple[str, str]:
    """A report, and the number its reporter left."""
    with unit_of_work(site.engine) as session:
        found = select(Report.code, Contact.phone).join(Contact, Contact.report_id == Report.id)
        code, phone = session.execute(found.where(Contact.phone.is_not(None)).limit(1)).one()
        return code, str(phone)


def newest_code(site: Site, target: str) -> SigninCode:
    with unit_of_work(site.engine) as session:
        wanted = select(SigninCode).where(SigninCode.target == target)
        return session.scalars(wanted.order_by(SigninCode.created_at.desc())).first() or pytest.fail(
            "no code"
        )


def forget_codes(site: Site) -> None:
    with unit_of_work(site.engine) as session:
        session.query(SigninCode).delete()


def test_a_code_opens_ones_reports_on_several_phones(site: Site) -> None:
    forget_codes(site)
    report, phone = with_contact(site)
    for _ in range(2):
        site.client.cookies.clear()
        asked = site.post("/mine/signin", "/mine/signin", {"target": "0" + phone[3:]})
        assert asked.status_code == 200
        row = newest_code(site, phone)
        digits = code_of(SECRET, row.id)
        assert digits not in asked.text
        given = {"code_id": str(row.id), "code": f"{digits[:3]} {digits[3:]}"}
        entered = site.post("/mine/signin", "/mine/signin/code", given)
        assert entered.headers["location"] == "/mine"
        assert f"/mine/open/{report}" in site.client.get("/mine", headers=HTML).text
        opened = site.client.get(f"/mine/open/{report}", headers=HTML)
        assert opened.headers["location"] == f"/r/{report}"
        assert f"/r/{report}/forget" in site.client.get(f"/r/{report}", headers=HTML).text

    site.post("/mine", "/mine/signout", {})
    assert "/mine/open/" not in site.client.get("/mine", headers=HTML).text


def test_the_answer_does_not_tell_who_is_known(site: Site) -> None:
    forget_codes(site)
    _, phone = with_contact(site)
    texts = []
    for target in (phone, "+84909999998"):
        site.client.cookies.clear()
        text = site.post("/mine/signin", "/mine/signin", {"target": target}).text
        texts.append(re.sub(r'value="[0-9a-f-]{36,64}"', "", text).replace(target, ""))
    assert texts[0] == texts[1]
    assert len(rows(site, Message, notice="code", recipient=phone)) >= 1
    assert rows(site, Message, recipient="+84909999998") == []


def test_a_code_is_good_once_for_ten_minutes_and_five_tries(site: Site) -> None:
    forget_codes(site)
    _, phone = with_contact(site)
    site.post("/mine/signin", "/mine/signin", {"target": phone})
    row = newest_code(site, phone)
    digits = code_of(SECRET, row.id)
    wrong = f"{(int(digits) + 1) % 10**8:08d}"
    for _ in range(5):
        tried = site.post("/mine/signin", "/mine/signin/code", {"code_id": str(row.id), "code": wrong})
        assert tried.status_code == 422
    late = site.post("/mine/signin", "/mine/signin/code", {"code_id": str(row.id), "code": digits})
    assert late.status_code == 422
    assert "hientruong_citizen" not in site.client.cookies


def test_a_target_is_asked_for_five_codes_an_hour_whether_known_or_not(site: Site) -> None:
    forget_codes(site)
    for target in ("khong.ai@example.org", with_contact(site)[1]):
        statuses = [
            site.post("/mine/signin", "/mine/signin", {"target": target}).status_code for _ in range(6)
        ]
        assert statuses == [200] * 5 + [429]


def test_others_reports_stay_shut(site: Site) -> None:
    forget_codes(site)
    _, phone = with_contact(site)
    site.post("/mine/signin", "/mine/signin", {"target": phone})
    row = newest_code(site, phone)
    site.post("/mine/signin", "/mine/signin/code", {"code_id": str(row.id), "code": code_of(SECRET, row.id)})
    with unit_of_work(site.engine) as session:
        others = select(Report.code).where(~Report.id.in_(select(Contact.report_id))).limit(1)
        code = session.scalars(others).one()
    assert site.client.get(f"/mine/open/{code}", headers=HTML).status_code == 404
    assert site.client.get("/mine/open/HUE-2222-22", headers=HTML).status_code == 404


def test_the_outbox_is_shown_at_this_machine_alone(site: Site) -> None:
    assert site.get("/dev/outbox").status_code == 200
    assert site.get("/dev/outbox", **{"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    assert site.get(f"/dev/outbox/{uuid4()}").status_code == 404


def test_a_colleague_chooses_how_to_be_told(site: Site) -> None:
    site.post("/login", "/login", {"username": "demo.department", "password": "hien-truong-demo"})
    shown = site.client.get("/account/notices", headers=HTML)
    assert shown.status_code == 200
    assert "demo.department@example.org" in shown.text
    here = "/account/notices"
    assert site.post(here, here, {"channel": "email", "pace": "daily"}).status_code == 303
    assert site.post(here, here, {"channel": "zalo", "pace": "daily"}).status_code == 422

    endpoint = f"https://push.example.org/{uuid4()}"
    device = browser_keys().device(endpoint)
    given = {"endpoint": endpoint, "p256dh": device.p256dh, "auth": device.auth}
    assert site.post(here, f"{here}/push", given).headers["location"].endswith("told=on")
    [kept] = rows(site, PushDevice, endpoint=endpoint)
    gone = site.post(here, f"{here}/push/{kept.id}/delete", {})  # type: ignore[attr-defined]
    assert gone.status_code == 303
    assert rows(site, PushDevice, endpoint=endpoint) == []
    [choice] = rows(site, NoticeChoice, channel="email", pace="daily", report_id=None)[-1:]
    assert choice.recipient.startswith("staff:")  # type: ignore[attr-defined]


def test_who_is_not_signed_in_has_no_such_page(site: Site) -> None:
    assert site.get("/account/notices").headers["location"].startswith("/login")
