"""Every route that writes, tried by those who may not: a new one that is missing here fails the suite."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from service.app import create_app
from service.models import Report
from service.viewer import SAFE_METHODS
from tests.api import admin_writes
from tests.api.desk import Desk
from tests.people import PASSWORD
from tests.photo_stage import jpeg

Body = Callable[[Desk, Report], dict[str, Any]]


def json(**body: Any) -> Body:
    """A JSON body."""
    return lambda desk, report: {"json": body}


def form(**fields: str) -> Body:
    """A form, as a page sends it, but without its CSRF token."""
    return lambda desk, report: {"data": fields}


def photo(desk: Desk, report: Report) -> dict[str, Any]:
    """A new photo."""
    return {"files": {"file": ("x.jpg", jpeg())}}


def piece(desk: Desk, report: Report) -> dict[str, Any]:
    """The first bytes of a photo."""
    return {"content": b"x", "params": {"offset": 0, "length": 9}}


def new_report(desk: Desk, report: Report) -> dict[str, Any]:
    """What a phone sends."""
    place = {"lon": report.lon, "lat": report.lat}
    return {"json": {"id": str(uuid4()), "category": "litter", "location": place}}


def verdict(desk: Desk, report: Report) -> dict[str, Any]:
    """An inspector's verdict."""
    at = "2026-03-04T12:00:00+07:00"
    body = {"id": str(uuid4()), "report": str(report.id), "verdict": "passed", "version": 1}
    return {"json": {**body, "photos": [desk.photo(report)], "decided_at": at}}


def entered(desk: Desk, report: Report) -> dict[str, Any]:
    """What a coordinator takes down."""
    return {"json": {**new_report(desk, report)["json"], "channel": "phone"}}


@dataclass(frozen=True)
class Write:
    """A request that `may` could make, and what others are answered.

    `stranger` is not signed in; `other` works for another department; `reader` is a role that only looks;
    `no_csrf` is `may` in a browser whose page did not send its token. `open_to` says why somebody else is let
    in: without it nobody is.
    """

    body: Body
    may: str
    status: str = "assigned"
    stranger: int = 401
    other: int = 403
    reader: int = 403
    no_csrf: int = 403
    readers: tuple[str, ...] = ("administrator",)
    open_to: str = ""


STEP = json(to="in_progress", version=1)
MORE_TIME = json(amount=1, unit="working_days", reason="Chờ vật tư", version=1)
TRIAL = json(rules=[])
SECOND = json(version=1, category="litter", description="Việc thứ hai")


def page(body: Body) -> Write:
    """A citizen's page: nothing happens without the token of its form."""
    return Write(body, "triage", stranger=403)


def room(body: Body, may: str = "triage") -> Write:
    """A room of staff, which for other roles does not exist."""
    return Write(body, may, other=404, reader=404)


LINK = Write(
    form(),
    "triage",
    stranger=404,
    other=404,
    reader=404,
    no_csrf=404,
    open_to="whoever holds the signed link of a message; here nobody does",
)

OWN = Write(form(channel="email", pace="daily"), "department")
"""Of one's own account: who is signed in by a token has no page, and so no token of a page."""

WRITES: dict[tuple[str, str], Write] = {
    ("POST", "/api/v1/reports"): Write(
        new_report, "triage", stranger=201, other=201, reader=201, no_csrf=201, open_to="everyone reports"
    ),
    ("POST", "/api/v1/reports/{name}/photos"): Write(photo, "department"),
    ("PATCH", "/api/v1/reports/{name}/photos/{photo_id}/upload"): Write(piece, "department"),
    ("POST", "/api/v1/reports/{name}/transitions"): Write(STEP, "department"),
    ("POST", "/api/v1/reports/{name}/extensions"): Write(MORE_TIME, "department"),
    ("PUT", "/api/v1/reports/{name}/holder"): Write(json(holder=None, version=1), "department"),
    ("PUT", "/api/v1/reports/{name}/parts"): Write(json(supports=[], version=1), "department"),
    ("POST", "/api/v1/reports/{name}/extension-requests"): Write(MORE_TIME, "department"),
    ("POST", "/api/v1/reports/{name}/extension-requests/decision"): Write(
        json(approve=False, answer="Không", version=1), "manager", readers=("administrator", "triage")
    ),
    ("POST", "/api/v1/reports/{name}/comments"): Write(json(text="alo"), "department"),
    ("POST", "/api/v1/reports/{name}/follow"): Write(
        json(), "triage", stranger=201, other=201, reader=201, open_to="everyone follows"
    ),
    ("POST", "/api/v1/reports/{name}/rating"): Write(json(score=5), "department", "closed"),
    ("POST", "/api/v1/reports/{name}/reopen"): Write(json(reason="Vẫn còn"), "department", "closed"),
    ("POST", "/api/v1/reports/{name}/withdraw"): Write(json(), "department"),
    ("POST", "/api/v1/inspections"): Write(verdict, "inspector", "resolved"),
    ("POST", "/api/v1/findings"): Write(new_report, "inspector"),
    ("POST", "/api/v1/downloads"): Write(
        json(format="csv"),
        "triage",
        stranger=201,
        other=201,
        reader=201,
        open_to="everyone takes public lists",
    ),
    ("POST", "/downloads"): page(form(format="csv")),
    ("POST", "/api/v1/reports/{name}/erasure"): Write(
        json(reason="Người gửi gọi đến"), "triage", readers=("executor", "inspector", "manager")
    ),
    ("POST", "/erasure"): Write(
        form(code="HUE-7K3M-92", reason="x", sure="1"),
        "triage",
        other=404,
        reader=404,
        readers=("inspector", "manager"),
    ),
    ("POST", "/manage/report"): page(form(period="month")),
    ("POST", "/api/v1/rules/try"): Write(TRIAL, "triage", readers=("executor", "inspector", "department")),
    ("POST", "/api/v1/sessions"): Write(
        json(username="nobody", password="x"),
        "triage",
        other=401,
        reader=401,
        no_csrf=401,
        open_to="everyone may try a password",
    ),
    ("DELETE", "/api/v1/sessions/current"): Write(
        json(), "triage", other=204, reader=204, open_to="everyone signs out"
    ),
    ("POST", "/login"): page(form(username="triage", password=PASSWORD)),
    **{
        ("POST", f"/account/{path}"): Write(form(), "triage", other=403, reader=403)
        for path in (
            "password",
            "language",
            "sessions/others",
            "sessions/{session_id}",
            "factor",
            "factor/codes",
            "factor/off",
        )
    },
    ("POST", "/login/code"): page(form(code="123456")),
    ("POST", "/login/enrol"): page(form(code="123456")),
    ("POST", "/logout"): Write(
        form(), "triage", stranger=303, other=303, reader=303, open_to="everyone signs out"
    ),
    ("POST", "/report"): page(form(category="litter")),
    ("POST", "/case/{code}/step"): Write(form(step="accepted", to="in_progress"), "department"),
    ("POST", "/case/{code}/extension"): Write(form(amount="1"), "department"),
    ("POST", "/case/{code}/extension/decision"): Write(form(approve="1"), "manager"),
    ("POST", "/case/{code}/holder"): Write(form(holder=""), "department"),
    ("POST", "/case/{code}/parts"): Write(form(executor=""), "department"),
    ("POST", "/case/{code}/words"): Write(form(kind="note", text="alo"), "department"),
    ("POST", "/case/{code}/contact"): Write(form(purpose="Gọi lại"), "triage"),
    ("POST", "/queue/bulk"): Write(form(act="accept"), "department"),
    ("POST", "/r/{code}/comment"): page(form(text="alo")),
    ("POST", "/r/{code}/rating"): page(form(score="5")),
    ("POST", "/r/{code}/reopen"): page(form(reason="Vẫn còn")),
    ("POST", "/r/{code}/withdraw"): page(form()),
    ("POST", "/r/{code}/follow"): page(form()),
    ("POST", "/r/{code}/photos"): page(photo),
    ("POST", "/r/{code}/forget"): page(form()),
    ("POST", "/r/{code}/flag"): page(form(reason="spam")),
    ("POST", "/api/v1/reports/{name}/flag"): Write(
        json(reason="spam"), "triage", stranger=201, other=201, reader=201, open_to="everyone may flag"
    ),
    ("POST", "/api/v1/desk/reports"): Write(entered, "triage"),
    ("POST", "/api/v1/reports/{name}/split"): Write(SECOND, "triage"),
    ("POST", "/api/v1/reports/{name}/settle"): Write(json(version=1), "triage"),
    ("POST", "/desk/new"): room(form(category="litter", channel="phone")),
    ("POST", "/desk/case/{code}/split"): room(form(version="1", category="litter", description="Hai")),
    ("POST", "/desk/case/{code}/{act}"): room(form(version="1", reason="Không phải")),
    ("POST", "/desk/contact/{code}"): room(form(purpose="Gọi lại hỏi rõ")),
    ("POST", "/desk/bulk"): room(form(act="reject", case="X:1", reason="Không phải")),
    ("POST", "/desk/filters"): room(form(name="Rác", query="category=litter")),
    ("POST", "/desk/filters/{filter_id}/delete"): room(form()),
    ("POST", "/r/{code}/erase"): page(form(sure="1")),
    ("POST", "/r/{code}/notices"): page(form(channel="email", email="a@b.vn")),
    ("POST", "/r/{code}/notices/change"): page(form(which="email", pace="never")),
    ("POST", "/alerts"): page(form(channel="email", email="a@b.vn", category="litter")),
    ("POST", "/alerts/{alert}"): page(form(pace="never")),
    ("POST", "/alerts/confirm/{token}"): LINK,
    ("POST", "/n/{token}"): LINK,
    ("POST", "/account/notices"): OWN,
    ("POST", "/account/notices/push"): OWN,
    ("POST", "/account/notices/push/{device}/delete"): OWN,
    ("POST", "/mine/signin"): page(form(target="0905123456")),
    ("POST", "/mine/signin/code"): page(form(code="123456")),
    ("POST", "/mine/signout"): page(form()),
}
WRITES |= {
    **{key: Write(json(), "administrator", readers=admin_writes.ROLES) for key in admin_writes.JSON},
    **{
        ("POST", path): Write(form(), "administrator", other=404, reader=404, readers=admin_writes.ROLES)
        for path in admin_writes.PAGES
    },
}
IDS = [f"{method} {path}" for method, path in WRITES]
ABOUT_A_REPORT = [key for key in WRITES if "{name}" in key[1]]
FOR_STAFF = {
    f"/api/v1/reports/{{name}}/{each}"
    for each in (
        "transitions",
        "extensions",
        "holder",
        "parts",
        "split",
        "settle",
        "extension-requests",
        "extension-requests/decision",
    )
}
"""Who is not signed in gets no further than that, whatever report is named."""


def write_routes(app: FastAPI) -> set[tuple[str, str]]:
    """Every unsafe method on every path of the application, those of included routers too."""
    found = set()
    for route in app.routes:
        each = route.effective_candidates() if hasattr(route, "effective_candidates") else [route]
        for one in each:
            for method in set(getattr(one, "methods", None) or ()) - SAFE_METHODS:
                found.add((method, str(getattr(one, "path", ""))))
    return found


def send(desk: Desk, key: tuple[str, str], write: Write, report: Report, headers: dict[str, str]) -> int:
    """The status that the request is answered with."""
    desk.client.cookies.clear()
    method, path = key
    path = path.replace("{name}", str(report.id)).replace("{code}", report.code)
    path = path.replace("{photo_id}", str(uuid4()))
    path = re.sub(r"\{\w+\}", "1", path)
    body = write.body(desk, report) if method != "DELETE" else {}
    answer: httpx.Response = desk.client.request(method, path, headers=headers, **body)
    return answer.status_code


def fresh(desk: Desk, name: str) -> dict[str, str]:
    """Headers of a session of its own: signing out is among what is tried."""
    token = desk.call("POST", "/sessions", json={"username": name, "password": PASSWORD}).json()["token"]
    return {"Authorization": f"Bearer {token}"}


def test_every_route_that_writes_is_in_the_table(desk: Desk) -> None:
    assert write_routes(create_app(desk.settings)) == set(WRITES)


def test_the_walk_over_the_routes_sees_those_of_included_routers(desk: Desk) -> None:
    assert len(write_routes(create_app(desk.settings))) > 10


@pytest.mark.parametrize("key", WRITES, ids=IDS)
def test_a_stranger_is_refused(desk: Desk, key: tuple[str, str]) -> None:
    write = WRITES[key]
    assert send(desk, key, write, desk.report(write.status), {}) == write.stranger


@pytest.mark.parametrize("key", ABOUT_A_REPORT, ids=str)
def test_a_stranger_learns_of_nothing_hidden(desk: Desk, key: tuple[str, str]) -> None:
    write = WRITES[key]
    hidden = desk.report(write.status, published=False)
    assert send(desk, key, write, hidden, {}) == (401 if key[1] in FOR_STAFF else 404)


@pytest.mark.parametrize("key", WRITES, ids=IDS)
def test_another_department_is_refused(desk: Desk, key: tuple[str, str]) -> None:
    write = WRITES[key]
    headers = fresh(desk, "other_department")
    assert send(desk, key, write, desk.report(write.status), headers) == write.other


@pytest.mark.parametrize("key", ABOUT_A_REPORT, ids=str)
def test_another_department_learns_of_nothing_hidden(desk: Desk, key: tuple[str, str]) -> None:
    write, headers = WRITES[key], fresh(desk, "other_department")
    hidden = desk.report(write.status, published=False)
    assert send(desk, key, write, hidden, headers) == 404


@pytest.mark.parametrize("key", WRITES, ids=IDS)
def test_a_role_that_only_looks_is_refused(desk: Desk, key: tuple[str, str]) -> None:
    write = WRITES[key]
    for name in write.readers:
        headers = fresh(desk, name)
        assert send(desk, key, write, desk.report(write.status), headers) == write.reader, name


@pytest.mark.parametrize("key", WRITES, ids=IDS)
def test_a_browser_without_its_token_is_refused(desk: Desk, key: tuple[str, str]) -> None:
    write = WRITES[key]
    cookie = desk.cookie(write.may)
    assert send(desk, key, write, desk.report(write.status), cookie) == write.no_csrf


def test_whoever_is_let_in_is_let_in_for_a_reason() -> None:
    for key, write in WRITES.items():
        answered = {write.stranger, write.other, write.reader, write.no_csrf}
        assert write.open_to or answered <= {401, 403, 404}, key


GOOD_ENDS = ("transitions", "comments", "photos", "upload", "holder", "parts")
GOOD = [key for key in ABOUT_A_REPORT if key[1].endswith(GOOD_ENDS)]


@pytest.mark.parametrize("key", [*GOOD, ("POST", "/api/v1/rules/try")], ids=str)
def test_the_request_itself_is_good(desk: Desk, key: tuple[str, str]) -> None:
    """What is refused above is refused for who asks, not for what is asked."""
    write = WRITES[key]
    assert send(desk, key, write, desk.report(write.status), fresh(desk, write.may)) in (200, 201)
