"""Reference data over HTTP: complete, in the reader's language, sent again only when it changed."""

from __future__ import annotations

import json
from typing import Any

import httpx
from shapely.geometry import Point, shape
from sqlalchemy import text, update

from service.db import make_engine, unit_of_work
from service.models import Category, City
from service.settings import Settings

API = "/api/v1"
HUE = (107.5847, 16.4637)


def get(client: httpx.Client, path: str, **params: Any) -> Any:
    answer = client.get(API + path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(tree: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for one in tree:
        found |= {one["code"]: one} | names(one["children"])
    return found


def test_the_tree_of_categories_with_their_questions(client: httpx.Client) -> None:
    tree = get(client, "/categories")["items"]
    roots = {one["code"] for one in tree}
    assert {"litter", "illegal_ad", "hanging_cable"} <= roots
    known = names(tree)
    assert known["litter"]["name"] == "Rác thải"
    below = known["litter.dump"]
    asked = [question["code"] for question in below["questions"]]
    assert asked[: len(known["litter"]["questions"])] == [q["code"] for q in known["litter"]["questions"]]
    assert [question["order"] for question in below["questions"]] == list(range(1, len(asked) + 1))
    material = next(q for q in known["litter"]["questions"] if q["code"] == "material")
    assert material["datatype"] == "multivaluelist"
    assert {"key": "medical", "name": "Rác y tế, kim tiêm", "danger": True} in material["values"]


def test_names_are_in_the_language_asked_for(client: httpx.Client) -> None:
    assert names(get(client, "/categories", lang="en")["items"])["litter"]["name"] == "Litter"
    assert names(get(client, "/categories")["items"])["litter"]["name"] == "Rác thải"
    answer = client.get(f"{API}/categories", headers={"Accept-Language": "en"})
    assert names(answer.json()["items"])["litter"]["name"] == "Litter"
    assert "Accept-Language" in answer.headers["vary"]


def test_departments_of_every_kind(client: httpx.Client) -> None:
    items = get(client, "/departments")["items"]
    assert {one["kind"] for one in items} == {"city", "ward", "company"}
    assert sum(one["kind"] == "ward" for one in items) == 40
    assert all(one["ward"] for one in items if one["kind"] == "ward")
    codes = {one["code"] for one in items}
    assert all(one["parent"] is None or one["parent"] in codes for one in items)


def test_the_wards_as_geojson(client: httpx.Client) -> None:
    answer = client.get(f"{API}/wards")
    assert answer.headers["content-type"] == "application/geo+json"
    collection = answer.json()
    assert collection["type"] == "FeatureCollection"
    assert len(collection["features"]) == 40
    for one in collection["features"]:
        boundary = shape(one["geometry"])
        assert boundary.is_valid
        assert boundary.contains(Point(one["properties"]["label"]))
        assert one["id"] == one["properties"]["code"]


def test_what_the_client_has_is_not_sent_again(client: httpx.Client) -> None:
    for path in ("/categories", "/departments", "/wards"):
        check_conditional(client, path)


def check_conditional(client: httpx.Client, path: str) -> None:
    first = client.get(API + path, headers={"Accept-Encoding": "identity"})
    etag = first.headers["etag"]
    for tags in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        again = client.get(API + path, headers={"If-None-Match": tags})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == etag
    assert client.get(API + path, headers={"If-None-Match": '"other"'}).content == first.content
    packed = client.get(API + path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == first.content
    assert "content-encoding" not in client.get(API + path, headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_a_change_of_the_city_is_told_at_once(client: httpx.Client, settings: Settings) -> None:
    before = client.get(f"{API}/categories")
    engine = make_engine(settings.sqlalchemy_url)
    with unit_of_work(engine) as session:
        session.execute(update(Category).where(Category.code == "litter.dump").values(active=False))
        session.execute(update(City).values(revision=City.revision + 1))
        # The process looks at most once a second.
        session.execute(text("SELECT pg_sleep(1.1)"))
    engine.dispose()
    after = client.get(f"{API}/categories", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert "litter.dump" not in names(after.json()["items"])
    assert "litter.dump" in names(json.loads(before.content)["items"])


def test_the_ward_of_a_place(client: httpx.Client) -> None:
    found = get(client, "/wards/at", lon=HUE[0], lat=HUE[1])
    assert found["inside"] is True
    assert found["distance_m"] == 0
    boundaries = {one["id"]: shape(one["geometry"]) for one in get(client, "/wards")["features"]}
    assert boundaries[found["ward"]["code"]].intersects(Point(HUE))
    told = get(client, "/wards/at", lon=HUE[0], lat=HUE[1], lang="en")["ward"]
    assert (found["ward"]["full_name"], told["full_name"]) == (
        f"Phường {told['name']}",
        f"{told['name']} Ward",
    )
    at_sea = get(client, "/wards/at", lon=107.9, lat=16.75)
    assert at_sea == {"ward": None, "inside": False, "distance_m": None}


NO_PLACES: list[tuple[tuple[object, object], str]] = [
    ((HUE[1], HUE[0]), "lon trước"),
    ((0, 0), "(0, 0)"),
    ((2.35, 48.85), "ngoài địa bàn"),
    ((1000, 1000), "giới hạn"),
    (("nan", 16), "con số"),
    (("x", 16), "con số"),
]


def test_a_place_that_is_none_in_the_city(client: httpx.Client) -> None:
    for (lon, lat), says in NO_PLACES:
        answer = client.get(f"{API}/wards/at", params={"lon": str(lon), "lat": str(lat)})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["loc"] == ["query", "lon"]
        assert says in answer.json()["errors"][0]["msg"]
