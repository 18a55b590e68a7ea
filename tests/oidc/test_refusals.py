"""What a provider must not be able to make us believe, and how it is said when it is away."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import quote

import httpx
import pyotp
import pytest

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.people import factors, staff
from service.domain.people.staff import NewAccount
from service.models import Staff, StaffIdentity
from service.oidc import fetcher, provider
from service.oidc.flow import FLOW_COOKIE
from service.web.viewer import SESSION_COOKIE
from tests.oidc.conftest import AtTwin
from tests.oidc.twin import ACCESS, KEY, NEXT_KEY, OTHER_KEY
from tests.support.people import KEY as SECRET_KEY
from tests.support.small_city import LONG_AGO

CALLBACK = "/login/oidc/callback"


def come(at: AtTwin, **changes: str) -> httpx.Response:
    """The answer to a browser that comes back; `changes` are to what the provider would send along."""
    code, state = at.twin.code_for(at.set_out())
    brought = {"code": code, "state": state, **changes}
    return at.get(CALLBACK + "?" + "&".join(f"{name}={quote(value)}" for name, value in brought.items()))


def who(sub: str, **claims: Any) -> dict[str, Any]:
    return {"sub": sub, "groups": ["ioc"], "name": sub.title(), "preferred_username": sub, **claims}


def test_the_twin_is_a_good_provider(at_twin: AtTwin) -> None:
    """What is refused below is refused for what was changed."""
    at_twin.twin.says(claims=who("good"))
    assert come(at_twin).headers["location"] == "/desk"
    assert FLOW_COOKIE not in at_twin.client.cookies
    assert at_twin.staff("good").password_hash is None


NOW = int(time.time())
BAD: dict[str, dict[str, Any]] = {
    "alg none": {"header": {"alg": "none"}},
    "signed with the public key": {"header": {"alg": "HS256", "kid": "one"}},
    "signed by somebody else": {"key": OTHER_KEY},
    "a key that nobody knows": {"header": {"alg": "RS256", "kid": "two"}},
    "another audience": {"claims": {"aud": "another"}},
    "no audience": {"claims": {"aud": None}},
    "several audiences and no party": {"claims": {"aud": ["hientruong", "another"]}},
    "another party": {"claims": {"azp": "another"}},
    "another issuer": {"claims": {"iss": "https://id.example"}},
    "expired": {"claims": {"exp": NOW - 120}},
    "never expires": {"claims": {"exp": None}},
    "of the future": {"claims": {"iat": NOW + 86_400}},
    "of no time": {"claims": {"iat": None}},
    "another nonce": {"claims": {"nonce": "x"}},
    "no nonce": {"claims": {"nonce": None}},
    "a list of nonces": {"claims": {"nonce": ["x"]}},
    "nobody": {"claims": {"sub": None}},
    "an endless subject": {"claims": {"sub": "x" * 256}},
    "a subject with a zero": {"claims": {"sub": "x\0"}},
    "of another access token": {"claims": {"at_hash": "x"}},
    "userinfo of somebody else": {"person": {"sub": "another"}},
}


@pytest.mark.parametrize("lie", BAD, ids=str)
def test_a_token_that_proves_nothing_is_refused(at_twin: AtTwin, lie: str) -> None:
    changes = BAD[lie]
    at_twin.twin.says(**changes | {"claims": who("liar") | changes.get("claims", {})})
    answer = come(at_twin)
    assert answer.status_code == 401
    assert "Không xác nhận được lần đăng nhập này" in answer.text
    assert 'name="password"' in answer.text, "one's own password is still good"
    assert SESSION_COOKIE not in at_twin.client.cookies
    told = at_twin.audited("signin.failed")
    assert told.after and told.after["how"] == "provider" and told.after["reason"]
    with unit_of_work(at_twin.engine) as session:
        assert staff.find_account(session, "liar") is None


def test_another_state_or_none_is_refused(at_twin: AtTwin) -> None:
    at_twin.twin.says(claims=who("liar"))
    for state in ("", "x", "é\ud800".encode("utf-8", "ignore").decode()):
        assert come(at_twin, state=state).status_code == 401
    code, state = at_twin.twin.code_for(at_twin.set_out())
    at_twin.fresh()  # somebody else's browser: signing them in as oneself must not work either
    assert at_twin.get(f"{CALLBACK}?code={code}&state={state}").status_code == 401
    for kept in ("forged", factors.seal_secret(SECRET_KEY, "1:SECRET")):
        at_twin.client.cookies.set(FLOW_COOKIE, kept, path="/login/oidc")
        assert at_twin.get(f"{CALLBACK}?code={code}&state={state}").status_code == 401
        at_twin.fresh()
    assert at_twin.twin.asked.count("/token") == 0


def test_what_the_provider_refuses(at_twin: AtTwin) -> None:
    assert come(at_twin, error="x\0\u202e" * 99).status_code == 401
    cancelled = come(at_twin, error="access_denied")
    assert cancelled.status_code == 401 and "chưa đăng nhập xong" in cancelled.text
    assert come(at_twin, code="used before").status_code == 401
    assert come(at_twin, iss="https://id.example").status_code == 401
    at_twin.twin.says(claims=who("mixed"))
    assert come(at_twin, iss=at_twin.twin.issuer).status_code == 303


@pytest.mark.parametrize("wish", ["//evil.example", "https://evil.example", "/\\evil.example", "/a%0d%0ab"])
def test_nobody_is_led_elsewhere(at_twin: AtTwin, wish: str) -> None:
    at_twin.twin.says(claims=who("led"))
    code, state = at_twin.twin.code_for(at_twin.set_out(f"/login/oidc?next={wish}"))
    assert at_twin.get(f"{CALLBACK}?code={code}&state={state}").headers["location"] == "/desk"


def test_a_provider_may_change_its_keys(at_twin: AtTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "KEYS_APART_S", 3600.0)  # however slow the machine
    header = {"alg": "RS256", "kid": "two"}
    at_twin.twin.says(claims=who("keys"))
    assert come(at_twin).status_code == 303
    at_twin.twin.says(claims=who("keys"), key=NEXT_KEY, header=header, published=[KEY, NEXT_KEY])
    assert come(at_twin).status_code == 401, "keys are not read at every odd token"
    assert at_twin.twin.asked.count("/keys") == 0
    monkeypatch.setattr(provider, "KEYS_APART_S", 0.0)
    assert come(at_twin).status_code == 303
    assert at_twin.twin.asked.count("/keys") == 1
    assert come(at_twin).status_code == 303
    assert at_twin.twin.asked.count("/keys") == 1


@pytest.mark.parametrize("place", ["/token", "/userinfo"])
def test_a_provider_that_is_away_is_said_to_be(at_twin: AtTwin, place: str) -> None:
    at_twin.twin.says(claims=who("away"), away={place})
    answer = come(at_twin)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "Chưa liên lạc được" in answer.text and 'name="password"' in answer.text


def test_a_provider_that_is_slow_is_not_waited_for(at_twin: AtTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher, "WHOLE_S", 0.3)
    at_twin.twin.says(claims=who("slow"), slow={"/token"})
    assert come(at_twin).status_code == 503


def test_whose_word_counts_as_a_second_factor(at_twin: AtTwin) -> None:
    """A manager must have one: trusted words of the provider are enough, others lead to one's own."""
    for told, goal in (
        ({"amr": ["pwd", "mfa"]}, "/manage"),
        ({"acr": "hwk"}, "/manage"),
        ({"amr": ["pwd"]}, "/login/enrol"),
        ({"amr": "mfa"}, "/login/enrol"),
        ({}, "/login/enrol"),
    ):
        at_twin.fresh()
        at_twin.twin.says(claims=who("chief", groups=["lanh-dao"], **told))
        assert come(at_twin).headers["location"] == goal, told
    # What only the userinfo says is nobody's signature.
    at_twin.twin.says(claims=who("chief", groups=["lanh-dao"]), person={"amr": ["mfa"]})
    assert come(at_twin).headers["location"] == "/login/enrol"


def test_somebody_with_an_account_here(at_twin: AtTwin) -> None:
    """A verified address is linked once; an unverified one never; a closed account keeps its owner out."""
    with unit_of_work(at_twin.engine) as session:
        reference = load_reference(session)
        for name in ("mai", "bao"):
            new = NewAccount(name, name.title(), "inspector", email=f"{name.title()}@hue.vn")
            staff.add_account(session, reference, new, None, at=LONG_AGO)
        staff.disable_account(session, "bao", at=LONG_AGO)

    at_twin.twin.says(claims=who("s1", preferred_username="mai", email="mai@hue.vn"))
    assert come(at_twin).status_code == 303
    assert at_twin.staff("mai").role == "inspector", "not verified: another account of another name"
    assert at_twin.audited("staff.linked").subject.startswith("mai-")

    at_twin.twin.says(claims=who("s2", email="mai@hue.vn", email_verified=True))
    assert come(at_twin).status_code == 303
    assert at_twin.staff("mai").role == "triage"
    at_twin.twin.says(claims=who("s3", email="mai@hue.vn", email_verified=True))
    assert come(at_twin).status_code == 303
    assert at_twin.staff("s3").id != at_twin.staff("mai").id, "it has a person at the provider already"

    at_twin.twin.says(claims=who("s4", email="bao@hue.vn", email_verified=True))
    refused = come(at_twin)
    assert refused.status_code == 403 and "đã bị khóa" in refused.text
    with unit_of_work(at_twin.engine) as session:
        assert session.get(StaffIdentity, (at_twin.twin.issuer, "s4")) is None


def test_who_has_no_password_here_shows_a_code_instead(at_twin: AtTwin) -> None:
    at_twin.twin.says(claims=who("phone"))
    come(at_twin)
    page = at_twin.get("/account").text
    assert "Mật khẩu cũng đổi ở đó." in page and 'name="current"' not in page
    shown = at_twin.get("/account/factor").text
    secret = re.search(r'enrol-secret number">([A-Z2-7 ]+)<', shown)
    sealed = re.search(r'name="sealed" value="([^"]+)"', shown)
    assert secret and sealed
    clock = pyotp.TOTP(secret[1].replace(" ", ""))
    before, now = (clock.at(int(time.time()) - ago) for ago in (30, 0))
    codes = at_twin.post("/account/factor", sealed=sealed[1], code=before).text
    assert at_twin.post("/account/factor/off", password="").status_code == 422
    wrong = at_twin.post("/account/factor/codes", code="000000x")
    assert wrong.status_code == 422 and 'id="codes-password-error"' in wrong.text
    assert at_twin.post("/account/factor/codes", code=now).status_code == 200
    spare = re.findall(r"<li>([0-9a-z]{5}-[0-9a-z]{5})</li>", codes)[0]
    assert at_twin.post("/account/factor/off", code=spare).status_code == 422, "void since the new ones"

    at_twin.fresh()
    assert come(at_twin).headers["location"] == "/login/code", "what one switched on oneself is asked for too"
    at_twin.twin.says(claims=who("phone", amr=["hwk"]))
    assert come(at_twin).headers["location"] == "/desk"


def test_odd_names_make_accounts_too(at_twin: AtTwin) -> None:
    at_twin.twin.says(
        claims={"sub": "Ω≠", "groups": ["ioc"], "name": "  A\0\u202eB  ", "preferred_username": "Ω"}
    )
    assert come(at_twin).status_code == 303
    name = at_twin.audited("staff.linked").subject
    assert name.startswith("oidc-") and at_twin.staff(name).name == "AB"
    at_twin.twin.says(
        claims={"sub": "bare", "groups": ["ioc"]}, person={"family_name": "Lê", "given_name": "Bình"}
    )
    assert come(at_twin).status_code == 303
    assert at_twin.staff(at_twin.audited("staff.linked").subject).name == "Lê Bình"


def test_what_is_kept_is_sealed(at_twin: AtTwin) -> None:
    at_twin.twin.says(claims=who("sealed"))
    come(at_twin)
    with unit_of_work(at_twin.engine) as session:
        kept = session.get_one(StaffIdentity, (at_twin.twin.issuer, "sealed"))
        assert kept.id_token and (factors.unseal_secret(SECRET_KEY, kept.id_token) or "").count(".") == 2
        assert ACCESS not in str(vars(kept)) and session.get_one(Staff, kept.staff_id).username == "sealed"


def test_a_provider_that_ends_no_sessions_is_not_asked_to(at_twin: AtTwin) -> None:
    at_twin.twin.says(claims=who("gone"))
    come(at_twin)
    left = at_twin.post("/logout")
    assert (left.status_code, left.headers["location"]) == (303, "/")
    assert at_twin.get("/account").headers["location"] == "/login?next=%2Faccount"
