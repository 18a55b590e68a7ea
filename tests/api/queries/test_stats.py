"""Figures over HTTP."""

from __future__ import annotations

import httpx

from tests.api.reports.test_listing import PLACES, get, send


def test_figures_over_http(client: httpx.Client) -> None:
    for place in PLACES[:3]:
        send(client, place)
    found = get(client, "/stats")
    assert found["total"]["received"] == found["total"]["open"] == 3
    assert found["total"]["on_time_rate"] is None
    assert [(one["code"], one["name"], one["received"]) for one in found["by_category"]] == [
        ("litter", "Rác thải", 3)
    ]
    assert found["by_ward"] == [{**found["total"], "code": None, "name": None}]
    assert get(client, "/stats", lang="en")["by_category"][0]["name"] == "Litter"
    assert get(client, "/stats", category="illegal_ad")["total"]["received"] == 0


def test_figures_that_the_client_has_are_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/api/v1/stats")
    assert client.get("/api/v1/stats", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_what_it_does_not_know_is_refused(client: httpx.Client) -> None:
    for params in ({"ward": "99"}, {"created_after": "then"}, {"by": "ward"}):
        assert client.get("/api/v1/stats", params=params).status_code == 422
