"""Staff come by a real provider, over HTTP as a browser does: in, changed, closed, out again."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.people import staff
from service.web.viewer import SESSION_COOKIE
from tests.oidc.conftest import AtReal
from tests.support.site import HTML, TOKEN


def test_in_by_the_button_and_out_there_too(at_real: AtReal) -> None:
    at_real.provider.says(
        "hoa", name="Trần Thị Hoà", preferred_username="hoa", email="hoa@hue.vn", groups=["ioc", "x"]
    )
    at_real.fresh()
    page = at_real.get("/login?next=/desk?tab=1")
    assert "Đăng nhập bằng Cổng thành phố" in page.text
    assert 'href="/login/oidc?next=%2Fdesk%3Ftab%3D1"' in page.text

    back = at_real.arrive("hoa", "/login/oidc?next=/desk?tab=1")
    entered = at_real.get(back)
    assert (entered.status_code, entered.headers["location"]) == (303, "/desk?tab=1")
    assert SESSION_COOKIE in at_real.client.cookies
    me = at_real.client.get("/api/v1/me").json()["staff"]
    assert (me["username"], me["name"], me["role"], me["department"]) == (
        "hoa",
        "Trần Thị Hoà",
        "triage",
        None,
    )
    assert at_real.staff("hoa").email == "hoa@hue.vn"
    assert at_real.audited("signin").after == {
        "kind": "cookie",
        "how": "provider",
        "issuer": at_real.provider.issuer,
        "address": "127.0.0.1",
    }
    again = at_real.get(back)
    assert again.status_code == 401, "the way back is good once"

    token = TOKEN.search(at_real.get("/login").text)
    assert token
    left = at_real.client.post("/logout", data={"csrf_token": token[1]}, headers=HTML)
    assert left.status_code == 200 and SESSION_COOKIE not in at_real.client.cookies
    onwards = left.text.split('http-equiv="refresh" content="0; url=')[1].split('"')[0].replace("&amp;", "&")
    asked = dict(parse_qsl(urlsplit(onwards).query))
    assert onwards.startswith(f"{at_real.provider.issuer}/session/end?")
    assert asked["post_logout_redirect_uri"] == f"{at_real.home}/login"
    assert httpx.get(onwards).status_code == 200, "the provider takes the token as a hint of who leaves"
    assert at_real.client.get("/api/v1/me").status_code == 401
    assert at_real.audited("signout").subject == "hoa"


def test_a_password_is_no_matter_of_the_provider(at_real: AtReal) -> None:
    at_real.fresh()
    token = TOKEN.search(at_real.get("/login").text)
    assert token
    sent = {"username": "triage", "password": "mat khau de thu", "csrf_token": token[1]}
    assert at_real.client.post("/login", data=sent, headers=HTML).headers["location"] == "/desk"
    token = TOKEN.search(at_real.get("/login").text)
    assert token
    left = at_real.client.post("/logout", data={"csrf_token": token[1]}, headers=HTML)
    assert (left.status_code, left.headers["location"]) == (303, "/")


def test_what_is_granted_follows_the_claims(at_real: AtReal) -> None:
    says, cables = at_real.provider.says, "Phòng Viễn thông"
    says("lan", name="Lan", groups="can-bo", department=cables)
    at_real.get(at_real.arrive("lan"))
    account = at_real.client.get("/api/v1/me").json()["staff"]
    assert (account["role"], account["department"]["code"]) == ("department", "city-cables")
    before = at_real.client.cookies[SESSION_COOKIE]
    name = account["username"]

    says("lan", name="Lan", groups=["ioc", "can-bo"], department=cables)
    at_real.get(at_real.arrive("lan"))
    assert at_real.staff(name).role == "triage"
    changed = at_real.audited("staff.changed")
    assert changed.subject == name and changed.after
    assert (changed.after["role"], changed.after["sessions_ended"]) == ("triage", 1)
    with httpx.Client(base_url=at_real.home, cookies={SESSION_COOKIE: before}) as old:
        assert old.get("/api/v1/me").status_code == 401

    says("lan", name="Lan", groups=[])
    refused = at_real.get(at_real.arrive("lan"))
    assert refused.status_code == 403
    assert "Hãy hỏi Phòng Công nghệ, 0234 000 000." in refused.text
    assert SESSION_COOKIE not in at_real.client.cookies
    assert not at_real.staff(name).active
    told = at_real.audited("signin.refused")
    assert told.subject == name and told.after and told.after["reason"] == "no_role"

    says("lan", name="Lan", groups="can-bo", department="other")
    refused = at_real.get(at_real.arrive("lan"), language="en")
    assert refused.status_code == 403
    assert "the IT office, 0234 000 000" in refused.text

    says("lan", name="Lan", groups="can-bo", department="ward-W2")
    assert at_real.get(at_real.arrive("lan")).status_code == 303
    assert at_real.staff(name).active and at_real.audited("staff.enabled").subject == name


def test_the_wards_of_an_inspector_follow_the_groups_of_the_directory(at_real: AtReal) -> None:
    says = at_real.provider.says
    says("thu", name="Thu", preferred_username="thu", groups=["thanh-tra-mot"])
    assert at_real.get(at_real.arrive("thu")).status_code == 303
    assert (at_real.staff("thu").role, at_real.staff("thu").area_group) == ("inspector", "mot")
    before = at_real.client.cookies[SESSION_COOKIE]

    says("thu", name="Thu", groups=["thanh-tra-hai", "thanh-tra-mot"])
    at_real.get(at_real.arrive("thu"))
    assert at_real.staff("thu").area_group == "mot", "the first grant of the city counts"
    says("thu", name="Thu", groups=["thanh-tra-hai"])
    at_real.get(at_real.arrive("thu"))
    assert at_real.staff("thu").area_group == "hai"
    changed = at_real.audited("staff.changed")
    assert changed.before == {"area_group": "mot"} and changed.after
    assert changed.after["area_group"] == "hai" and changed.after["sessions_ended"] >= 1
    with httpx.Client(base_url=at_real.home, cookies={SESSION_COOKIE: before}) as old:
        assert old.get("/api/v1/me").status_code == 401

    says("thu", name="Thu", groups=["thanh-tra"])
    at_real.get(at_real.arrive("thu"))
    assert at_real.staff("thu").area_group is None

    says("thu", name="Thu", groups=["thanh-tra-cu"])
    refused = at_real.get(at_real.arrive("thu"))
    assert refused.status_code == 403 and "Nhóm phường, xã của tài khoản này không còn ở đây." in refused.text
    assert not at_real.staff("thu").active and SESSION_COOKIE not in at_real.client.cookies
    told = at_real.audited("signin.refused")
    assert told.subject == "thu" and told.after and told.after["reason"] == "no_wards"


def test_who_was_closed_here_stays_out(at_real: AtReal) -> None:
    at_real.provider.says("son", name="Sơn", preferred_username="son", groups=["ioc"])
    at_real.get(at_real.arrive("son"))
    with unit_of_work(at_real.engine) as session:
        staff.disable_account(session, "son", at=datetime.now(UTC))
    refused = at_real.get(at_real.arrive("son"))
    assert refused.status_code == 403 and "đã bị khóa" in refused.text
    assert not at_real.staff("son").active
    assert at_real.client.get("/api/v1/me").status_code == 401


def test_who_signs_in_with_too_little_is_asked_for_more(at_real: AtReal) -> None:
    """A manager needs a second factor, and this provider's word for one is not trusted."""
    at_real.provider.says("minh", name="Minh", preferred_username="minh", groups=["lanh-dao"])
    led = at_real.get(at_real.arrive("minh", "/login/oidc?next=/manage"))
    assert (led.status_code, led.headers["location"]) == (303, "/login/enrol")
    assert at_real.client.get("/api/v1/me").status_code == 401
    assert at_real.get("/login/enrol").status_code == 200


def test_the_provider_itself_refuses_a_wrong_verifier(at_real: AtReal) -> None:
    at_real.provider.says("tam", name="Tâm", groups=["ioc"])
    at_real.fresh()
    first = at_real.provider.sign_in(at_real.set_out(), "tam", at_real.home)
    code = parse_qs(urlsplit(first).query)["code"][0]
    mine = parse_qs(urlsplit(at_real.set_out()).query)["state"][0]
    stolen = at_real.get(f"/login/oidc/callback?code={code}&state={mine}&iss={at_real.provider.issuer}")
    assert stolen.status_code == 401
    reason = at_real.audited("signin.failed").after
    assert reason and reason["reason"] == "invalid_grant"
    with unit_of_work(at_real.engine) as session:
        assert load_reference(session) and staff.find_account(session, "tam") is None
