"""The desk's pages: who may enter, the queue and its filters, a case's panes, steps and what they answer."""

from __future__ import annotations

from service.viewer import SESSION_COOKIE
from tests.site import Site


def test_case(site: Site) -> None:
    site.client.cookies.clear()
    site.client.cookies.set(SESSION_COOKIE, site.token("demo.triage"))
    answer = site.client.get(f"/desk/case/{site.code('triage')}", headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
