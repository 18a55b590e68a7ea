"""What holds for every page: policy, languages, unique ids, tokens in forms, links that lead somewhere."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute

from service.pages.routes import DEMO_ROUTERS, ROUTERS
from service.rendering.engine import CSP
from tests.pages.html import Page
from tests.pages.public_pages import PUBLIC_PAGES, STEPS_OF_ANOTHER
from tests.support.site import Site

PAGES = (
    *PUBLIC_PAGES,
    "/report?category=hanging_cable",
    "/report?category=litter&q=le&lon=107.6&lat=16.5&z=14",
    "/report?category=litter&lon=107.6&lat=16.5&z=14&step=form",
    "/map?state=late&category=litter",
    "/map?q=khong-co-gi-nhu-the-nay",
    "/feed?done=1",
    "/figures?days=30",
    "/alerts?ward=19753&told=asked",
)
STATUSES = ("received", "assigned", "in_progress", "closed", "rejected", "duplicate")
VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵ]", re.IGNORECASE)


def test_every_page_that_a_visitor_opens_is_looked_at(site: Site) -> None:
    routes = [route for router in (*ROUTERS, *DEMO_ROUTERS) for route in router.routes]
    paths = {
        route.path
        for route in routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and "{" not in route.path
    }
    answers = {path: site.get(path) for path in paths}
    opened = {
        path
        for path, answer in answers.items()
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    }
    assert opened - set(PUBLIC_PAGES) == set(STEPS_OF_ANOTHER)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_keeps_the_policy_its_language_and_one_of_each_id(
    site: Site, path: str, language: str
) -> None:
    answer = site.get(path, language)
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == CSP
    assert answer.headers["content-language"] == language
    assert "HX-Request" in answer.headers["vary"]
    page = Page(answer.text)
    assert page.inline() == []
    assert page.is_kept_up()
    assert page.all("html")[0]["lang"] == language
    assert len(page.ids()) == len(set(page.ids())), "an id stands twice"
    assert len(page.all("h1")) + answer.text.count("<h1") > 0


@pytest.mark.parametrize("status", STATUSES)
def test_a_reports_page_holds_nothing_inline_and_no_id_twice(site: Site, status: str) -> None:
    answer = site.get(f"/r/{site.code(status)}")
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.inline() == []
    assert len(page.ids()) == len(set(page.ids()))


def test_forms_carry_the_token(site: Site) -> None:
    forms = [
        (path, form)
        for path in PAGES
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", site.get(path).text, re.DOTALL)
    ]
    assert [(path, form) for path, form in forms if 'name="csrf_token"' not in form] == []
    assert {"/report?category=litter&lon=107.6&lat=16.5&z=14&step=form", "/alerts"} <= {
        path for path, _ in forms
    }


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/dev/design"])
def test_links_lead_somewhere(site: Site, path: str) -> None:
    """Own addresses only; to the rooms of staff by their door."""
    staff = ("/queue", "/desk", "/admin")
    for link in {str(each.get("href")) for each in Page(site.get(path).text).all("a")}:
        if link.startswith("/"):
            assert site.get(link).status_code == (303 if link.startswith(staff) else 200), link


def test_pages_in_english_hold_no_vietnamese_of_ours(site: Site) -> None:
    """Names of places, departments and what people wrote stay as they are; the help pages have none."""
    for path in ("/help/public", "/help/accessibility", "/offline", "/login"):
        words = [text for text in Page(site.get(path, "en").text).texts if VIETNAMESE.search(text)]
        assert [w for w in words if "Tiếng Việt" not in w and "Huế" not in w] == [], path


def test_language_and_colours_are_kept(site: Site) -> None:
    answer = site.get("/help?lang=en&theme=dark")
    assert answer.headers.get_list("set-cookie")
    again = site.client.get("/help", headers={"Accept": "text/html", "Accept-Language": "vi"})
    html = Page(again.text).all("html")[0]
    assert (html["lang"], html["data-theme"]) == ("en", "dark")
    site.client.get("/help?lang=vi&theme=system")
    html = Page(site.client.get("/help", headers={"Accept": "text/html"}).text).all("html")[0]
    assert html["lang"] == "vi"
    assert "data-theme" not in html


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nope", 404), ("/r/HUE-2222-22", 404), ("/r/xx", 404), ("/help/nope", 422), ("/map?cursor=x", 400)],
)
def test_failures_are_pages_for_people_and_problems_for_programmes(
    site: Site, path: str, status: int
) -> None:
    shown = site.get(path)
    assert shown.status_code == status
    assert shown.headers["content-security-policy"] == CSP
    assert "<h1>" in shown.text
    told = site.client.get(path, headers={"Accept": "application/json"})
    assert told.headers["content-type"] == "application/problem+json"
    assert told.status_code == status


def test_fragment_for_htmx(site: Site) -> None:
    part = site.get("/map", **{"HX-Request": "true", "HX-Request-Type": "partial"})
    assert "<html" not in part.text
    assert 'id="reports"' in part.text
    whole = site.get("/map", **{"HX-Request": "true", "HX-Request-Type": "full"})
    assert "<html" in whole.text
