"""Signing in on the page, where it leads, and signing out."""

from __future__ import annotations

import pytest

from service.demo.signins import DEMO_ACCOUNTS, DemoAccount
from service.pages.login.login import is_own_path
from service.web.viewer import SESSION_COOKIE
from tests.support.site import HTML, Site

TRIAGE = next(each for each in DEMO_ACCOUNTS if each.role == "triage")


@pytest.fixture(autouse=True)
def _new_visitor(site: Site) -> None:
    site.client.cookies.clear()


def test_in_and_out(site: Site) -> None:
    sent = {"username": TRIAGE.username, "password": TRIAGE.password, "next": ""}
    entered = site.post("/login", "/login", sent)
    assert entered.status_code == 303
    assert entered.headers["location"] == "/desk"
    assert SESSION_COOKIE in site.client.cookies
    assert TRIAGE.name in site.client.get("/login", headers=HTML).text
    left = site.post("/login", "/logout", {})
    assert left.status_code == 303
    assert site.client.get("/api/v1/me").status_code == 401


def test_where_one_wanted_to_go(site: Site) -> None:
    sent = {"username": TRIAGE.username, "password": TRIAGE.password}
    good = site.post("/login?next=/help", "/login", {**sent, "next": "/help"})
    assert good.headers["location"] == "/help"
    site.client.cookies.clear()
    evil = site.post("/login", "/login", {**sent, "next": "//evil.example/x"})
    assert evil.headers["location"] == "/desk"


def test_wrong_password_is_said_and_the_name_kept(site: Site) -> None:
    answer = site.post("/login", "/login", {"username": TRIAGE.username, "password": "x", "next": ""})
    assert answer.status_code == 401
    assert f'value="{TRIAGE.username}"' in answer.text
    assert "chưa đúng" in answer.text


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("/queue", True),
        ("/case/HUE-7K3M-92?x=1", True),
        ("", False),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://evil.example", False),
        ("javascript:alert(1)", False),
        ("/a\nb", False),
    ],
)
def test_only_own_paths_are_gone_to_after_signing_in(text: str, own: bool) -> None:
    assert is_own_path(text) is own


@pytest.mark.parametrize("each", DEMO_ACCOUNTS, ids=lambda each: each.role)
def test_every_role_of_the_demo_is_let_in(site: Site, each: DemoAccount) -> None:
    site.enter(each.role)
    assert each.name in site.look("/login").text
