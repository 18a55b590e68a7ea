"""Signing in and out, by token and by cookie; demo accounts; backoff with wrong passwords."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from service.db import unit_of_work
from service.domain.people import factors, passwords, staff
from service.domain.people.code_tries import MOST_A_DAY
from service.domain.people.staff import NewAccount
from service.models import CodeTries, Staff
from service.signin import throttling as signin_throttling
from service.signin.backoff import (
    BUCKETS,
    FORGOTTEN_AFTER_S,
    FREE_ATTEMPTS,
    LONGEST_WAIT_S,
    MOST_KEPT,
    SignInBackoff,
    Slowdown,
    bucket_of,
)
from service.web import rates
from service.web.viewer import SESSION_COOKIE
from tests.api.desk import Desk, make_settings, problem
from tests.conftest import Servers
from tests.support.people import KEY, PASSWORD, password_hash
from tests.support.site import TOKEN
from tests.support.web import running


def sign_in(desk: Desk, username: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
    return desk.call("POST", "/sessions", headers, {"username": username, "password": password})


def test_signing_in_gives_a_token_that_opens_ones_queue(desk: Desk) -> None:
    answer = sign_in(desk, "department")
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body["token_type"] == "bearer"
    assert datetime.fromisoformat(body["expires_at"]) > datetime.now(UTC)
    assert body["staff"] == {
        "username": "department",
        "name": "Cán bộ department",
        "role": "department",
        "department": {"code": "city-cables", "name": "Đơn vị city-cables"},
        "language": "vi",
        "demo": False,
    }
    headers = {"Authorization": f"Bearer {body['token']}"}
    assert desk.call("GET", "/queue", headers).status_code == 200
    assert desk.call("GET", "/me", headers).json()["staff"] == body["staff"]


def test_names_are_read_kindly_and_schemes_in_any_case(desk: Desk) -> None:
    token = sign_in(desk, " TRIAGE ").json()["token"]
    assert desk.call("GET", "/me", {"Authorization": f"bearer {token}"}).status_code == 200


def test_signing_out_ends_that_token(desk: Desk) -> None:
    first, second = (
        {"Authorization": f"Bearer {sign_in(desk, 'inspector').json()['token']}"} for _ in range(2)
    )
    assert desk.call("DELETE", "/sessions/current", first).status_code == 204
    problem(desk.call("GET", "/me", first), 401)
    problem(desk.call("DELETE", "/sessions/current", first), 401)
    assert desk.call("GET", "/me", second).status_code == 200


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(desk: Desk) -> None:
    wrong = problem(sign_in(desk, "triage", "not the password"), 401)
    unknown = problem(sign_in(desk, "nobody-of-this-name"), 401)
    assert wrong == unknown


def test_an_unknown_name_costs_as_much_hashing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[bool] = []
    verify = passwords._hasher.verify_and_update

    def watched(password: str | bytes, stored: str) -> tuple[bool, str | None]:
        checked.append(stored.startswith("$argon2id$"))
        return verify(password, stored)

    monkeypatch.setattr(passwords._hasher, "verify_and_update", watched)
    for name in ("triage", "nobody"):
        problem(sign_in(desk, name, "wrong"), 401)
    assert checked == [True, True]


def test_a_closed_account_does_not_open_with_its_password(desk: Desk) -> None:
    with unit_of_work(desk.engine) as session:
        new = NewAccount("leaver", "Người đã nghỉ", "triage")
        staff.add_account(session, desk.reference, new, password_hash(), at=datetime.now(UTC))
    token = sign_in(desk, "leaver").json()["token"]
    with unit_of_work(desk.engine) as session:
        staff.disable_account(session, "leaver", at=datetime.now(UTC))
    problem(sign_in(desk, "leaver"), 401)
    problem(desk.call("GET", "/me", {"Authorization": f"Bearer {token}"}), 401)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "triage"},
        {"username": "triage", "password": ""},
        {"username": "x" * 101, "password": "x"},
        {"username": "triage", "password": "x" * 1001},
        {"username": "triage", "password": PASSWORD, "role": "administrator"},
        {"username": ["triage"], "password": PASSWORD},
    ],
)
def test_a_body_that_is_none_is_refused(desk: Desk, body: dict[str, object]) -> None:
    problem(desk.call("POST", "/sessions", json=body), 422)


@pytest.mark.parametrize(
    ("name", "status"),
    [(r"tri\u0000age", 401), (r"\ud83d", 422), ("💥", 401), ("a'--", 401), ('"', 400)],
)
def test_no_name_breaks_the_door(desk: Desk, name: str, status: int) -> None:
    body = f'{{"username": "{name}", "password": "x"}}'
    answer = desk.client.post(
        "/api/v1/sessions", content=body.encode(), headers={"Content-Type": "application/json"}
    )
    problem(answer, status)


@pytest.mark.parametrize(
    "header",
    ["Bearer nonsense", "Bearer", "Basic dHJpYWdlOng=", "nonsense", "Report", "Bearer \xff\xfe"],
)
def test_a_header_that_opens_nothing_is_no_sign_in(desk: Desk, header: str) -> None:
    answer = desk.client.get("/api/v1/me", headers={b"Authorization": header.encode("latin-1")})
    problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_browser_is_signed_in_by_its_cookie_and_writes_with_its_csrf_token(desk: Desk) -> None:
    cookie = desk.cookie("triage")
    me = desk.call("GET", "/me", cookie).json()
    report = desk.report("triage")
    body = {"to": "rejected", "reason": "Thử", "version": 1}
    path = f"/reports/{report.id}/transitions"
    other = desk.call("GET", "/me", desk.cookie("triage")).json()["csrf_token"]
    for wrong in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "x" * 64}, {"X-CSRF-Token": other}):
        problem(desk.call("POST", path, cookie | wrong, body), 403)
    assert desk.read(report).status == "triage"
    answer = desk.call("POST", path, cookie | {"X-CSRF-Token": me["csrf_token"]}, body)
    assert answer.status_code == 200


def test_a_cookie_of_an_ended_session_is_nobodys(desk: Desk) -> None:
    cookie = desk.cookie("triage")
    token = {"X-CSRF-Token": desk.call("GET", "/me", cookie).json()["csrf_token"]}
    answer = desk.call("DELETE", "/sessions/current", cookie | token)
    assert answer.status_code == 204
    assert 'hientruong_session=""' in answer.headers["set-cookie"]
    problem(desk.call("GET", "/me", cookie), 401)
    report = desk.report()
    assert desk.call("GET", f"/reports/{report.id}", cookie).status_code == 200


def test_a_bearer_token_is_no_cookie_and_a_cookie_no_bearer_token(desk: Desk) -> None:
    bearer = desk.as_staff("triage")["Authorization"].removeprefix("Bearer ")
    problem(desk.call("GET", "/me", {"Cookie": f"hientruong_session={bearer}"}), 401)
    cookie = desk.cookie("triage")["Cookie"].removeprefix("hientruong_session=")
    problem(desk.call("GET", "/me", {"Authorization": f"Bearer {cookie}"}), 401)


def test_the_header_speaks_before_the_cookie(desk: Desk) -> None:
    both = desk.cookie("triage") | desk.as_staff("inspector")
    assert desk.call("GET", "/me", both).json()["staff"]["role"] == "inspector"


@pytest.fixture(scope="module")
def demo_account(desk: Desk) -> str:
    with unit_of_work(desk.engine) as session:
        new = NewAccount("demo.triage", "Demo – Điều phối viên", "triage", demo=True)
        staff.add_account(session, desk.reference, new, password_hash(), at=datetime.now(UTC))
    return "demo.triage"


@pytest.mark.parametrize(
    "header",
    [{"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}, {"X-Forwarded-For": "127.0.0.1"}],
)
def test_a_demo_account_opens_on_this_machine_alone(
    desk: Desk, demo_account: str, header: dict[str, str]
) -> None:
    token = {"Authorization": f"Bearer {sign_in(desk, demo_account).json()['token']}"}
    assert desk.call("GET", "/me", token).json()["staff"]["demo"] is True
    problem(sign_in(desk, demo_account, **header), 403)
    problem(desk.call("GET", "/me", token | header), 401)


def test_where_the_demo_is_off_its_accounts_open_nowhere(
    desk: Desk, demo_account: str, servers: Servers, tmp_path: Path
) -> None:
    token = {"Authorization": f"Bearer {sign_in(desk, demo_account).json()['token']}"}
    database = desk.engine.url.database or ""
    with running(make_settings(servers, database, tmp_path, demo=False)) as client:
        sent = {"username": demo_account, "password": PASSWORD}
        assert client.post("/api/v1/sessions", json=sent).status_code == 403
        assert client.get("/api/v1/me", headers=token).status_code == 401


def test_a_weaker_hash_is_renewed_at_the_door(desk: Desk) -> None:
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),)).hash(PASSWORD)
    with unit_of_work(desk.engine) as session:
        staff.add_account(
            session, desk.reference, NewAccount("old", "Cũ", "triage"), weak, at=datetime.now(UTC)
        )
    assert sign_in(desk, "old").status_code == 201
    with unit_of_work(desk.engine) as session:
        account = staff.find_account(session, "old")
        assert isinstance(account, Staff)
        assert account.password_hash != weak
    assert sign_in(desk, "old").status_code == 201


def test_guessing_from_one_address_is_slowed_and_the_owner_elsewhere_is_not(
    desk: Desk, servers: Servers, tmp_path: Path
) -> None:
    database = desk.engine.url.database or ""
    settings = make_settings(servers, database, tmp_path, rate_limits="on", trusted_proxies=1)
    with running(settings) as client:

        def attempt(password: str, address: str) -> int:
            sent = {"username": "manager", "password": password}
            answer = client.post("/api/v1/sessions", json=sent, headers={"X-Forwarded-For": address})
            if answer.status_code == 429:
                assert int(answer.headers["retry-after"]) >= 1
            return answer.status_code

        guesses = [attempt(f"guess {number}", "203.0.113.7") for number in range(FREE_ATTEMPTS + 2)]
        assert guesses == [401] * FREE_ATTEMPTS + [429] * 2
        assert attempt(PASSWORD, "203.0.113.7") == 429
        assert attempt(PASSWORD, "203.0.113.8") == 201


def test_neighbours_at_one_address_lock_nobody_out(desk: Desk, servers: Servers, tmp_path: Path) -> None:
    """A town hall has one address: who guesses there holds up no browser that signed in before."""
    database = desk.engine.url.database or ""
    settings = make_settings(servers, database, tmp_path, rate_limits="on", trusted_proxies=1)
    with running(settings) as client:
        client.headers.update({"X-Forwarded-For": "203.0.113.20", "Accept": "text/html"})

        def attempt(password: str) -> int:
            token = TOKEN.search(client.get("/login").text)
            assert token
            sent = {"username": "inspector", "password": password, "csrf_token": token[1]}
            status = client.post("/login", data=sent).status_code
            if SESSION_COOKIE in client.cookies:
                client.cookies.delete(SESSION_COOKIE)
            return status

        assert attempt(PASSWORD) == 303
        for _ in range(60):
            signin_throttling._backoff.failed((bucket_of("inspector"), "203.0.113.20"), time.monotonic())
            rates._limiter.hit(rates.LIMITS["sign_in"][1], "sign_in", "203.0.113.20")
        assert attempt("guess") == 401
        assert attempt(PASSWORD) == 303
        client.cookies.delete("hientruong_device")
        assert attempt(PASSWORD) == 429
        signin_throttling._backoff.succeeded((bucket_of("inspector"), "203.0.113.20"))
        assert attempt(PASSWORD) == 429, "of the address alone"


def test_who_stole_the_password_cannot_keep_its_owner_out(
    desk: Desk, servers: Servers, tmp_path: Path
) -> None:
    """Codes are counted for the account wherever they come from, but apart on the owner's own browser."""
    database = desk.engine.url.database or ""
    settings = make_settings(servers, database, tmp_path, rate_limits="on", trusted_proxies=1)
    now, secret = datetime.now(UTC), factors.new_secret()
    with unit_of_work(desk.engine) as session:
        new = NewAccount("ngoc", "Ngọc", "triage")
        account = staff.add_account(session, desk.reference, new, password_hash(), at=now)
        codes = factors.enrol(session, KEY, account, secret, pyotp.TOTP(secret).at(now), now)
    with running(settings) as client:

        def enter(code: str) -> int:
            token = TOKEN.search(client.get("/login").text)
            assert token
            sent = {"username": "ngoc", "password": PASSWORD, "csrf_token": token[1]}
            assert client.post("/login", data=sent).headers["location"] == "/login/code"
            status = client.post("/login/code", data={"code": code, "csrf_token": token[1]}).status_code
            if SESSION_COOKIE in client.cookies:
                client.cookies.delete(SESSION_COOKIE)
            return status

        client.headers.update({"X-Forwarded-For": "203.0.113.30", "Accept": "text/html"})
        assert enter(codes[0]) == 303
        with unit_of_work(desk.engine) as session:
            session.merge(CodeTries(staff_id=account.id, known=False, in_a_day=MOST_A_DAY, since=now))
        thief = {"username": "ngoc", "password": PASSWORD, "code": "000000"}
        elsewhere = {"X-Forwarded-For": "203.0.113.40"}
        assert client.post("/api/v1/sessions", json=thief, headers=elsewhere).status_code == 429
        assert enter(codes[1]) == 303
        client.cookies.delete("hientruong_device")
        assert enter(codes[2]) == 429


def test_an_address_that_tries_many_names_is_slowed_too(desk: Desk, servers: Servers, tmp_path: Path) -> None:
    database = desk.engine.url.database or ""
    settings = make_settings(servers, database, tmp_path, rate_limits="on", trusted_proxies=1)
    with running(settings) as client:
        codes = [401]
        while codes[-1] == 401 and len(codes) < 60:  # a minute may end while they are sent
            answer = client.post(
                "/api/v1/sessions",
                json={"username": f"name{len(codes)}", "password": "x"},
                headers={"X-Forwarded-For": "203.0.113.10"},
            )
            codes.append(answer.status_code)
    assert codes[1:11] == [401] * 10 and codes[-1] == 429


def test_a_town_hall_signs_in_in_the_morning(desk: Desk, servers: Servers, tmp_path: Path) -> None:
    """All of them have one address and new browsers: what goes right counts for nothing."""
    database = desk.engine.url.database or ""
    settings = make_settings(servers, database, tmp_path, rate_limits="on", trusted_proxies=1)
    right = {"username": "manager", "password": PASSWORD}
    with running(settings) as client:
        client.headers["X-Forwarded-For"] = "203.0.113.50"
        codes = [client.post("/api/v1/sessions", json=right).status_code for _ in range(25)]
    assert codes == [201] * 25


def test_a_flood_waits_in_no_line(desk: Desk, servers: Servers, tmp_path: Path) -> None:
    """Under a slowdown four attempts on a name wait; the others are refused at once, and other
    names are not.
    """
    database = desk.engine.url.database or ""
    settings = make_settings(servers, database, tmp_path, rate_limits="on", trusted_proxies=1)
    for _ in range(60):
        signin_throttling._slowdown.failed(bucket_of("nobody.at.all"), time.monotonic())
    with running(settings) as client, ThreadPoolExecutor(30) as crowd:

        def attempt(number: int) -> tuple[int, float]:
            sent = {"username": "nobody.at.all", "password": "guess"}
            before = time.monotonic()
            address = {"X-Forwarded-For": f"198.51.100.{number}"}
            code = client.post("/api/v1/sessions", json=sent, headers=address).status_code
            return code, time.monotonic() - before

        waiting = [crowd.submit(attempt, number) for number in range(30)]
        right = {"username": "manager", "password": PASSWORD}
        elsewhere = {"X-Forwarded-For": "203.0.113.60"}
        assert client.post("/api/v1/sessions", json=right, headers=elsewhere).status_code == 201
        answers = [each.result() for each in waiting]
    refused = [took for code, took in answers if code == 429]
    assert len(refused) >= 20 and {code for code, _ in answers} <= {401, 429}
    assert min(refused) < min(took for code, took in answers if code == 401)


PAIR = ("lan", "203.0.113.7")


def test_patience_doubles_and_has_an_end() -> None:
    backoff = SignInBackoff()
    waits = []
    for number in range(20):
        waits.append(backoff.wait_s(PAIR, float(number)))
        backoff.failed(PAIR, float(number))
    now_s = 19.0
    assert waits[:FREE_ATTEMPTS] == [0.0] * FREE_ATTEMPTS
    assert backoff.wait_s(PAIR, now_s) == LONGEST_WAIT_S
    assert backoff.wait_s(PAIR, now_s + LONGEST_WAIT_S) == 0.0
    assert backoff.wait_s(PAIR, now_s + FORGOTTEN_AFTER_S + 1) == 0.0


def test_a_success_is_a_new_beginning_and_so_is_a_long_pause() -> None:
    backoff = SignInBackoff()
    for _ in range(FREE_ATTEMPTS):
        backoff.failed(PAIR, 0.0)
    assert backoff.wait_s(PAIR, 0.0) == 1.0
    backoff.succeeded(PAIR)
    assert backoff.wait_s(PAIR, 0.0) == 0.0
    for _ in range(FREE_ATTEMPTS):
        backoff.failed(PAIR, 0.0)
    backoff.failed(PAIR, FORGOTTEN_AFTER_S + 1)
    assert backoff.wait_s(PAIR, FORGOTTEN_AFTER_S + 1) == 0.0


def test_what_is_kept_is_bounded() -> None:
    backoff = SignInBackoff()
    for number in range(MOST_KEPT + 10):
        backoff.failed((f"name{number}", "a"), 0.0)
    assert len(backoff._failures) == MOST_KEPT


def test_a_crowd_of_single_failures_frees_no_persistent_guesser() -> None:
    backoff = SignInBackoff()
    for _ in range(30):
        backoff.failed(PAIR, 0.0)
    for number in range(MOST_KEPT + 10):
        backoff.failed(("crowd", f"address {number}"), 1.0)
    assert backoff.wait_s(PAIR, 1.0) > 0


def test_made_up_names_fill_no_list() -> None:
    slowdown = Slowdown()
    for number in range(3 * BUCKETS):
        slowdown.failed(bucket_of(f"made-up-{number}"), 0.0)
    assert len(slowdown._failures) <= BUCKETS
    assert bucket_of("lan") == bucket_of("lan")


@given(st.lists(st.floats(0, 5000), max_size=30))
def test_whoever_guesses_never_makes_another_address_wait(times: list[float]) -> None:
    backoff = SignInBackoff()
    for at in sorted(times):
        backoff.failed(PAIR, at)
    assert backoff.wait_s(("lan", "198.51.100.1"), max(times, default=0.0)) == 0.0
    assert backoff.wait_s(("minh", PAIR[1]), max(times, default=0.0)) == 0.0
