"""`GET /api/v1/places`: wards, former units and streets by what people say."""

from __future__ import annotations

import httpx
import pytest

API = "/api/v1/places"


def test_places_are_told_best_first(client: httpx.Client) -> None:
    [ward, *_] = client.get(API, params={"q": "p vy da"}).json()["items"]
    assert (ward["name"], ward["kind"]) == ("Phường Vỹ Dạ", "ward")
    assert set(ward) == {"name", "kind", "location", "precision_m", "ward"}
    assert ward["ward"]["name"] == "Phường Vỹ Dạ"
    [former, *_] = client.get(API, params={"q": "tay loc", "near": "107.58,16.46"}).json()["items"]
    assert (former["kind"], former["ward"]["name"]) == ("former_unit", "Phường Phú Xuân")


def test_a_street_without_geometry_has_no_ward(client: httpx.Client) -> None:
    [street] = client.get(API, params={"q": "103 le loi", "limit": 1}).json()["items"]
    assert (street["name"], street["kind"], street["ward"]) == ("103 Lê Lợi", "address", None)
    assert street["precision_m"] > 1000


@pytest.mark.parametrize(
    ("asked", "loc"),
    [
        ({}, "q"),
        ({"q": ""}, "q"),
        ({"q": "  "}, "q"),
        ({"q": "x" * 101}, "q"),
        ({"q": "le loi", "near": "107.58"}, "near"),
        ({"q": "le loi", "near": "16.46;107.58"}, "near"),
        ({"q": "le loi", "limit": "0"}, "limit"),
        ({"q": "le loi", "limit": "51"}, "limit"),
        ({"q": "le loi", "colour": "red"}, "colour"),
    ],
)
def test_bad_input_is_told(client: httpx.Client, asked: dict[str, str], loc: str) -> None:
    answer = client.get(API, params=asked)
    assert answer.status_code == 422
    assert [error["loc"][-1] for error in answer.json()["errors"]] == [loc]


def test_strange_words_find_nothing(client: httpx.Client) -> None:
    for words in ("zzzz", "%", "\\", "'; DROP TABLE street; --", "😀", "1/2/3/4/5"):
        assert client.get(API, params={"q": words}).json() == {"items": []}
