"""Tiles over HTTP: the media type, what is kept, what does not exist."""

from __future__ import annotations

import httpx

from tests.api.reports.test_listing import PLACES, send
from tests.support.feed_stage import PROBLEM
from tests.support.vector_tiles import layers

REPORTS, WARDS = "/api/v1/tiles/reports/9/409/232.mvt", "/api/v1/tiles/wards/9/409/232.mvt"


def test_tiles_of_reports_and_wards(client: httpx.Client) -> None:
    for place in PLACES[:2]:
        send(client, place)
    answer = client.get(REPORTS)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert layers(answer.content)["reports"][0].properties == {"count": 2, "open": 2, "open_late": 0}
    assert len(layers(client.get(WARDS).content)["wards"]) > 20


def test_a_tile_that_the_client_has_is_not_sent_again(client: httpx.Client) -> None:
    for path in (REPORTS, WARDS):
        first = client.get(path)
        assert "max-age" in first.headers["cache-control"]
        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304


def test_tiles_that_do_not_exist_and_filters_that_mean_nothing(client: httpx.Client) -> None:
    for kind in ("reports", "wards"):
        for name, status in (
            ("3/8/0", 404),
            ("23/0/0", 404),
            ("a/0/0", 422),
            ("3/-1/0", 422),
            ("3/1.5/0", 422),
        ):
            answer = client.get(f"/api/v1/tiles/{kind}/{name}.mvt")
            assert answer.status_code == status
            assert answer.headers["content-type"] == PROBLEM
    assert client.get(REPORTS, params={"status": "done"}).status_code == 422
    assert client.get(REPORTS, params={"state": "done"}).status_code == 422
    assert client.get("/api/v1/tiles/reports/3/1/1").status_code == 404
