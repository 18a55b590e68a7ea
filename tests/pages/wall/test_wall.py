"""The wall: who may see it, and that what changes comes as a part."""

from __future__ import annotations

from service.web.viewer import SESSION_COOKIE
from tests.support.site import HTML, Site


def wall(site: Site, role: str, **headers: str) -> str:
    cookie = f"{SESSION_COOKIE}={site.token(f'demo.{role}')}"
    answer = site.client.get("/wall", headers={**HTML, "Cookie": cookie, **headers})
    assert answer.status_code == (200 if role in ("triage", "manager", "administrator") else 404), role
    return answer.text


def test_the_wall_is_for_those_who_watch_the_whole(site: Site) -> None:
    site.client.cookies.clear()
    assert site.client.get("/wall", headers=HTML).status_code == 303
    for role in ("department", "executor", "inspector"):
        wall(site, role)
    text = wall(site, "triage")
    assert 'data-theme="dark"' in text
    assert 'data-figure="late"' in text
    assert "<form" not in text  # nothing to touch


def test_what_changes_comes_as_a_part(site: Site) -> None:
    part = wall(site, "manager", **{"HX-Request": "true"})
    assert "<html" not in part
    assert part.count("data-figure") == 4
    assert "wall-news" in part
