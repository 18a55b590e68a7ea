"""The pages of administration: drawn in both languages, forms that work without scripts, doors that hold."""

from __future__ import annotations

import re
from typing import Any

import pytest

from service.app import create_app
from service.rendering.engine import CSP
from tests.api.admin import writes as admin_writes
from tests.api.test_permissions import write_routes
from tests.pages.html import Page
from tests.support.site import Site

PAGES = (
    "/admin",
    "/admin/rules",
    "/admin/rules?q=khong-co",
    "/admin/rules?category=litter&ward=19753",
    "/admin/rules/new",
    "/admin/rules/new?copy=31",
    "/admin/rules/new?category=litter",
    "/admin/rules/31",
    "/admin/rules/review",
    "/admin/rules/map",
    "/admin/rules/map?category=hanging_cable",
    "/admin/scheduled-changes",
    "/admin/policies",
    "/admin/policies/new",
    "/admin/policies/standard",
    "/admin/due",
    "/admin/due?category=litter&ward=19753&received=2026-02-13T16:00",
    "/admin/calendar",
    "/admin/calendar?year=2030",
    "/admin/departments",
    "/admin/departments/new",
    "/admin/departments/hepco",
    "/admin/people",
    "/admin/people?role=manager&q=demo",
    "/admin/people/new",
    "/admin/people/demo.triage",
    "/admin/categories",
    "/admin/categories/new",
    "/admin/categories/litter",
    "/admin/areas",
    "/admin/templates",
    "/admin/templates/new",
    "/admin/keys",
    "/admin/webhooks",
    "/admin/webhooks/new",
    "/admin/city",
    "/admin/audit",
    "/admin/audit?what=rule&since=2026-01-01",
    "/admin/audit/contacts",
    "/admin/audit/contacts?code=HUE-2345-67&since=01/01/2026",
)


@pytest.fixture(autouse=True)
def administrator(site: Site) -> None:
    site.enter("administrator")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_whole(site: Site, path: str, language: str) -> None:
    answer = site.look(path, language)
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["content-security-policy"] == CSP
    page = Page(answer.text)
    assert page.inline() == []
    assert page.is_kept_up()
    assert len(page.ids()) == len(set(page.ids())), "an id stands twice"
    assert answer.text.count("<h1") == 1
    assert "&lt;time" not in answer.text
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", answer.text, re.DOTALL)
    assert all('name="csrf_token"' in form for form in forms)


@pytest.mark.parametrize("role", ["triage", "manager", "department", "inspector", "executor"])
def test_for_others_there_is_no_administration(site: Site, role: str) -> None:
    site.enter(role)
    for path in PAGES:
        assert site.look(path).status_code == 404, path
    token = site.client.get("/api/v1/me").json()["csrf_token"]
    for path in admin_writes.PAGES:
        filled = re.sub(r"\{\w+\}", "1", path)
        answer = site.client.post(filled, data={"csrf_token": token}, headers={"Accept": "text/html"})
        assert answer.status_code == 404, path


def test_a_stranger_is_led_to_the_sign_in_page(site: Site) -> None:
    site.client.cookies.clear()
    answer = site.client.get("/admin/rules", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fadmin%2Frules")


def test_every_route_of_administration_is_known(site: Site) -> None:
    found = {key for key in write_routes(create_app(site.settings)) if "/admin/" in key[1]}
    assert found == set(admin_writes.JSON) | {("POST", path) for path in admin_writes.PAGES}


def rule(**changes: Any) -> dict[str, Any]:
    return {
        "name_vi": "Tiếng ồn ban đêm",
        "name_en": "",
        "categories": ["pollution"],
        "everywhere": "1",
        "lead": "ward",
        "policy": "standard",
        "priority": "0",
        "version": "",
        **changes,
    }


def test_a_rule_is_tried_put_in_force_changed_and_taken_back(site: Site) -> None:
    form = rule(categories=["litter"], lead="hepco", act="try", priority="900")
    tried = site.post("/admin/rules/new", "/admin/rules/new", form)
    assert tried.status_code == 200
    changed = re.search(r"data-changed>(\d+)<", tried.text)
    assert changed
    assert int(changed[1]) > 0
    assert 'value="Tiếng ồn ban đêm"' in tried.text
    made = site.post("/admin/rules/new", "/admin/rules/new", {**form, "act": "now"})
    assert made.status_code == 303
    path = made.headers["location"].partition("?")[0]
    shown = site.look(path).text
    assert "Bản 1" in shown
    again = site.post(path, path, {**form, "lead": "ward", "version": "1", "act": "now"})
    assert again.status_code == 303
    stale = site.post(path, path, {**form, "lead": "catp", "version": "1", "act": "now"})
    assert stale.status_code == 409
    assert "Người khác đã sửa" in stale.text
    assert 'value="catp" selected' in stale.text
    back = site.post(path, f"{path}/restore", {"restore": "1", "version": "2"})
    assert back.status_code == 303
    assert "Bản 3" in site.look(path).text
    ended = site.post(path, f"{path}/end", {"version": "3"})
    assert ended.status_code == 303
    assert "Đã ngừng áp dụng" in site.look(path).text


def test_mistakes_stand_at_their_fields_and_words_are_kept(site: Site) -> None:
    wrong = rule(name_vi="", categories=[], priority="cao", act="now", name_en="Night noise")
    answer = site.post("/admin/rules/new", "/admin/rules/new", wrong)
    assert answer.status_code == 422
    page = Page(answer.text)
    ids = page.ids()
    assert "name_vi-error" in ids
    assert "categories-error" in ids
    assert "priority-error" in ids
    assert 'value="Night noise"' in answer.text
    assert 'value="cao"' in answer.text
    deep = site.post("/admin/rules/new", "/admin/rules/new", rule(executor='{"a":' * 9_999, act="now"))
    assert deep.status_code == 422


def test_conditions_are_read_from_their_rows(site: Site) -> None:
    form = rule(
        categories=["litter"],
        when_attribute=["amount", ""],
        when_op=["in", "equals"],
        when_value=["truck", ""],
        act="try",
    )
    good = site.post("/admin/rules/new", "/admin/rules/new", form)
    assert good.status_code == 200
    assert "data-changed" in good.text
    bad = site.post("/admin/rules/new", "/admin/rules/new", {**form, "when_value": ["elephant", ""]})
    assert bad.status_code == 422
    assert "when-0-error" in Page(bad.text).ids()


def test_a_rule_can_wait_for_its_time(site: Site) -> None:
    form = rule(act="later", due_at="2099-01-01T08:00")
    answer = site.post("/admin/rules/new", "/admin/rules/new", form)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/admin/scheduled-changes?done=planned"
    listed = site.look("/admin/scheduled-changes").text
    plan = re.search(r"/admin/scheduled-changes/(\d+)/cancel", listed)
    assert plan
    assert "01/01/2099" in listed
    gone = site.post("/admin/scheduled-changes", f"/admin/scheduled-changes/{plan[1]}/cancel", {})
    assert gone.status_code == 303
    past = site.post("/admin/rules/new", "/admin/rules/new", rule(act="later", due_at="2001-01-01T08:00"))
    assert past.status_code == 422
    assert "due_at-error" in Page(past.text).ids()


def test_the_table_alone_is_drawn_for_htmx(site: Site) -> None:
    part = site.look("/admin/rules?category=litter", **{"HX-Request": "true", "HX-Request-Type": "partial"})
    assert "<html" not in part.text
    assert 'id="rules"' in part.text
