"""Signing in with a second factor, and one's own account, over HTTP as a browser does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pyotp
import pytest
from sqlalchemy import delete, select

from service.db import unit_of_work
from service.domain.city.reference import ReferenceCache, load_reference
from service.domain.configuration.administration import keys
from service.domain.configuration.administration.changes import EditStamp
from service.domain.people import staff
from service.domain.people.passwords import hash_password
from service.domain.people.sessions import open_session
from service.models import AuditEntry, City, CompanyGroup, Staff, StaffSession
from service.web.viewer import SESSION_COOKIE
from tests.support.site import HTML, Site

PASSWORD = "mot cau dai de nho"
DIGEST = hash_password(PASSWORD)
SECRET = re.compile(r'enrol-secret number">([A-Z2-7 ]+)<')
CODES = re.compile(r"<li>([0-9a-z]{5}-[0-9a-z]{5})</li>")


@pytest.fixture
def officer(site: Site) -> Iterator[str]:
    """An account of a triage officer, not of the demo."""
    site.client.cookies.clear()
    now = datetime.now(UTC)
    name = f"hoa{now:%H%M%S%f}"
    with unit_of_work(site.engine) as session:
        new = staff.NewAccount(name, "Chị Hoà", "triage")
        staff.add_account(session, load_reference(session), new, DIGEST, at=now)
    yield name
    site.client.cookies.clear()


def enter(site: Site, name: str, password: str = PASSWORD) -> httpx.Response:
    return site.post("/login", "/login", {"username": name, "password": password})


def get(site: Site, path: str) -> httpx.Response:
    return site.client.get(path, headers=HTML)


def switch_on(site: Site) -> tuple[str, list[str]]:
    """(the secret, the recovery codes) of whoever is signed in."""
    shown = get(site, "/account/factor").text
    secret = SECRET.search(shown)
    sealed = re.search(r'name="sealed" value="([^"]+)"', shown)
    assert secret and sealed
    plain = secret[1].replace(" ", "")
    sent = {"sealed": sealed[1], "code": pyotp.TOTP(plain).at(datetime.now(UTC) - timedelta(seconds=30))}
    done = site.post("/account", "/account/factor", sent)
    assert done.status_code == 200, done.text
    return plain, CODES.findall(done.text)


def test_all_of_a_second_factor(site: Site, officer: str) -> None:
    assert enter(site, officer).headers["location"] == "/desk"
    secret, codes = switch_on(site)
    assert len(codes) == 10
    assert codes[0] not in get(site, "/account").text

    site.client.cookies.clear()
    asked = enter(site, officer)
    assert asked.headers["location"] == "/login/code"
    assert get(site, "/account").status_code in (303, 401)
    wrong = site.post("/login/code", "/login/code", {"code": "000 00"})
    assert wrong.status_code == 401 and 'role="alert"' in wrong.text
    code = pyotp.TOTP(secret).now()
    good = site.post("/login/code", "/login/code", {"code": code})
    assert (good.status_code, good.headers["location"]) == (303, "/desk")
    assert get(site, "/account").status_code == 200

    site.client.cookies.clear()
    enter(site, officer)
    assert site.post("/login/code", "/login/code", {"code": code}).status_code == 401
    assert site.post("/login/code", "/login/code", {"code": codes[3]}).status_code == 303


def test_a_programme_needs_the_code_too(site: Site, officer: str) -> None:
    enter(site, officer)
    secret, _ = switch_on(site)
    site.client.cookies.clear()
    body = {"username": officer, "password": PASSWORD}

    without = site.client.post("/api/v1/sessions", json=body)
    assert without.status_code == 401
    assert without.json()["second_factor"] == "required"
    assert site.client.post("/api/v1/sessions", json={**body, "code": "123"}).status_code == 401
    good = site.client.post("/api/v1/sessions", json={**body, "code": pyotp.TOTP(secret).now()})
    assert good.status_code == 201


@pytest.fixture
def asked_of_triage(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Triage must have a second factor. Meanwhile the service reads its reference data with each request."""
    monkeypatch.setattr(ReferenceCache, "fresh", lambda _self, _now_s: None)

    def ask(roles: list[str]) -> None:
        with unit_of_work(site.engine) as session:
            city = session.get_one(City, 1)
            city.config = {**city.config, "second_factor_roles": roles}
            city.revision += 1

    ask(["triage"])
    yield
    ask([])
    assert site.client.get("/api/v1/categories").is_success  # so that what it keeps is as before


def test_whoever_must_have_one_gets_it_before_anything_else(
    site: Site, officer: str, asked_of_triage: None
) -> None:
    site.client.cookies.set(SESSION_COOKIE, site.token(officer))  # from before the rule
    assert get(site, "/account").headers["location"] == "/login?next=%2Faccount"
    site.client.cookies.clear()
    with unit_of_work(site.engine) as session:
        account = staff.get_account(session, officer)
        weak = open_session(session, account, "bearer", at=datetime.now(UTC)).token
        stamp = EditStamp(account.id, account.name, datetime.now(UTC))
        wish = keys.KeyRequest(name="Bảng tin", role="triage", scope="read", days=1)
        _, key = keys.make_key(session, load_reference(session), stamp, wish)
    for token, status in ((weak, 401), (key.token, 200)):
        headers = {"Authorization": f"Bearer {token}"}
        assert site.client.get("/api/v1/me", headers=headers).status_code == status

    body = {"username": officer, "password": PASSWORD}
    refused = site.client.post("/api/v1/sessions", json=body)
    assert (refused.status_code, refused.json()["second_factor"]) == (403, "missing")

    led = site.post("/login", "/login", {**body, "next": "/queue"})
    assert led.headers["location"] == "/login/enrol"
    assert get(site, "/queue").status_code in (303, 401)
    secret = SECRET.search(get(site, "/login/enrol").text)
    assert secret
    assert site.post("/login/enrol", "/login/enrol", {"code": "12"}).status_code == 422
    code = pyotp.TOTP(secret[1].replace(" ", "")).now()
    done = site.post("/login/enrol", "/login/enrol", {"code": code})
    assert done.status_code == 200
    assert len(CODES.findall(done.text)) == 10 and 'href="/queue"' in done.text
    assert get(site, "/account").status_code == 200
    off = site.post("/account", "/account/factor/off", {"password": PASSWORD})
    assert off.status_code == 422


def test_the_pages_between_are_nothing_without_a_password(site: Site) -> None:
    site.client.cookies.clear()
    for path in ("/login/code", "/login/enrol"):
        assert get(site, path).headers["location"] == "/login"
        site.client.cookies.set("hientruong_pending", "forged")
        assert get(site, path).headers["location"] == "/login"
        site.client.cookies.clear()


def test_a_sealed_secret_of_somebody_else_is_refused(site: Site, officer: str) -> None:
    enter(site, officer)
    assert site.post("/account", "/account/factor", {"sealed": "x.y.z", "code": "1"}).status_code == 400


def test_a_new_password_ends_the_other_sessions(site: Site, officer: str) -> None:
    enter(site, officer)
    first = dict(site.client.cookies)
    site.client.cookies.clear()
    enter(site, officer)
    new = "mot cau khac cung dai"
    for sent, field in (
        ({"current": "sai", "new": new, "again": new}, "current"),
        ({"current": PASSWORD, "new": new, "again": "x"}, "again"),
        ({"current": PASSWORD, "new": "ngan", "again": "ngan"}, "new"),
        ({"current": PASSWORD, "new": "matkhau123", "again": "matkhau123"}, "new"),
    ):
        refused = site.post("/account", "/account/password", sent)
        assert refused.status_code == 422, sent
        assert f'id="{field}-error"' in refused.text

    done = site.post("/account", "/account/password", {"current": PASSWORD, "new": new, "again": new})
    assert done.headers["location"] == "/account?done=password"
    assert get(site, "/account").status_code == 200
    with httpx.Client(base_url=site.url, cookies=first) as other:
        assert other.get("/api/v1/me").status_code == 401
    site.client.cookies.clear()
    assert enter(site, officer).status_code == 401
    assert enter(site, officer, new).status_code == 303


def test_sessions_are_listed_and_ended(site: Site, officer: str) -> None:
    with httpx.Client(base_url=site.url) as programme:
        token = programme.post("/api/v1/sessions", json={"username": officer, "password": PASSWORD}).json()
        bearer = {"Authorization": f"Bearer {token['token']}"}
        enter(site, officer)
        shown = get(site, "/account").text
        assert "127.0.0.1" in shown
        [ended] = set(re.findall(r'action="(/account/sessions/\d+)"', shown))
        assert site.post("/account", ended, {}).status_code == 303
        assert programme.get("/api/v1/me", headers=bearer).status_code == 401
    assert site.post("/account", "/account/sessions/1", {}).status_code == 404
    assert site.post("/account", "/account/sessions/others", {}).status_code == 303
    assert get(site, "/account").status_code == 200


def test_the_language_is_kept(site: Site, officer: str) -> None:
    enter(site, officer)
    assert site.post("/account", "/account/language", {"language": "en"}).status_code == 303
    assert "Second factor" in get(site, "/account").text
    assert site.post("/account", "/account/language", {"language": "xx"}).status_code == 422


def test_what_is_audited_holds_no_secret(site: Site, officer: str) -> None:
    enter(site, officer, "sai mat khau nay")
    enter(site, officer)
    secret, codes = switch_on(site)
    with unit_of_work(site.engine) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.subject == officer)).all()
        told = [entry.action for entry in entries]
        words = str([(entry.before, entry.after) for entry in entries])
        session.execute(
            delete(StaffSession).where(
                StaffSession.staff_id == session.scalar(select(Staff.id).where(Staff.username == officer))
            )
        )
    assert told == ["staff.added", "signin.failed", "signin", "staff.factor_on"]
    assert not any(each in words for each in (PASSWORD, "sai mat khau", secret, *codes))


def test_the_calendars_address_is_shown_once_and_revoked(site: Site) -> None:
    site.enter("department")
    shown = site.post("/account/calendar", "/account/calendar", {})
    found = re.search(r"/calendar/[\w-]+\.ics", shown.text)
    assert shown.status_code == 200 and found
    assert found[0] not in get(site, "/account/calendar").text
    answer = httpx.get(site.url + found[0])
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert answer.headers["referrer-policy"] == "no-referrer"
    tag = {"If-None-Match": answer.headers["etag"]}
    assert httpx.get(site.url + found[0], headers=tag).status_code == 304
    assert httpx.head(site.url + found[0]).status_code == 200
    site.post("/account/calendar", "/account/calendar/revoke", {})
    assert httpx.get(site.url + found[0]).status_code == 404


def test_a_code_for_the_group_is_shown_once_where_there_is_a_group(site: Site) -> None:
    site.enter("department")
    assert "Chưa được xác nhận" in get(site, "/account/group").text
    assert site.post("/account/group", "/account/group", {}).status_code == 403
    with unit_of_work(site.engine) as session:
        unit = session.scalar(select(Staff.department_id).where(Staff.username == "demo.department"))
        session.add(CompanyGroup(chat="of-a-test", department_id=unit, last_in_at=datetime.now(UTC)))
    try:
        shown = site.post("/account/group", "/account/group", {})
        found = re.search(r"NHOM-\w{8}", shown.text)
        assert shown.status_code == 200 and found
        assert found[0] not in get(site, "/account/group").text
        site.post("/account/group", "/account/group/forget", {})
    finally:
        with unit_of_work(site.engine) as session:
            session.execute(delete(CompanyGroup).where(CompanyGroup.chat == "of-a-test"))
