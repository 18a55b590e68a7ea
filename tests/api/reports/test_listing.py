"""Reading reports over HTTP: what parameters mean, what is refused, what the secret opens."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

API = "/api/v1"
PLACES = [(107.58 + 0.001 * number, 16.46) for number in range(7)]
PROBLEM = "application/problem+json"


def send(client: httpx.Client, place: tuple[float, float] = PLACES[0], **body: Any) -> dict[str, Any]:
    """A report sent by a citizen: the whole answer."""
    sent = {"category": "litter", "location": {"lon": place[0], "lat": place[1]}, **body}
    answer = client.post(f"{API}/reports", json=sent)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def get(client: httpx.Client, path: str, **params: Any) -> dict[str, Any]:
    answer = client.get(API + path, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_list_is_walked_by_its_cursors(client: httpx.Client) -> None:
    sent = [send(client, place)["id"] for place in PLACES]
    for sort, expected in (("-created_at", sent[::-1]), ("created_at", sent), ("distance", sent)):
        params: dict[str, object] = {"sort": sort, "limit": 3}
        if sort == "distance":
            params |= {"near": "107.58,16.46", "radius_m": 5000}
        found: list[str] = []
        while True:
            page = get(client, "/reports", **params)
            found += [item["id"] for item in page["items"]]
            if page["next"] is None:
                break
            params["cursor"] = page["next"]
        assert found == expected


def test_a_cursor_of_another_order_is_refused(client: httpx.Client) -> None:
    for place in PLACES[:2]:
        send(client, place)
    cursor = get(client, "/reports", limit=1)["next"]
    for params in ({"sort": "created_at", "cursor": cursor}, {"cursor": cursor[:-2]}, {"cursor": "x y"}):
        answer = client.get(f"{API}/reports", params=params)
        assert answer.status_code == 400
        assert answer.headers["content-type"] == PROBLEM
        assert answer.json()["errors"][0]["loc"] == ["query", "cursor"]


@pytest.mark.parametrize(
    "params",
    [
        {"bbox": "1,2,3"},
        {"limit": 0},
        {"limit": 201},
        {"sort": "colour"},
        {"sort": "distance"},
        {"categry": "litter"},
        {"status": "done"},
        {"near": "107,16", "radius_m": "nan"},
        {"near": "107,16", "radius_m": 1_000_000},
        {"radius_m": 10},
        {"created_after": "yesterday"},
        {"overdue": "perhaps"},
        {"ward": "\x00"},
    ],
)
def test_what_a_list_does_not_know_is_refused_and_named(client: httpx.Client, params: dict[str, Any]) -> None:
    answer = client.get(f"{API}/reports", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == PROBLEM
    name = next(key for key in params if key != "near")
    told = answer.json()["errors"][0]
    assert name in told["loc"]
    assert " or " not in told["msg"], "not half in English"
    assert "'" not in told["msg"], "as people write, not programs"


def test_a_search_without_marks_of_nothing_harms_nobody(client: httpx.Client) -> None:
    for words in ("\x00", "' OR 1=1 --", "a & b | !c:*", "🙂", "%", "\u202e"):
        assert get(client, "/reports", q=words)["items"] == []


def test_one_report_by_id_and_by_code(client: httpx.Client) -> None:
    sent = send(client)
    for name in (sent["id"], sent["code"], sent["code"].lower().replace("-", "")):
        view = get(client, f"/reports/{name}")
        assert view["id"] == sent["id"]
        assert "own" not in view
        assert "case" not in view
    assert client.get(f"{API}/reports/HUE-2222-22").status_code == 404


def test_the_secret_opens_the_reporters_own_view(client: httpx.Client) -> None:
    sent = send(client, contact={"phone": "0905 123 456"})
    path = f"{API}/reports/{sent['id']}"
    own = client.get(path, headers={"Authorization": f"Report {sent['secret']}"})
    assert own.json()["own"]["contact"]["phone"] == "+84905123456"
    assert "905" not in client.get(path).text
    wrong = client.get(path, headers={"Authorization": "Report nonsense"})
    assert wrong.status_code == 401


def test_the_timeline_over_http(client: httpx.Client) -> None:
    sent = send(client)
    page = get(client, f"/reports/{sent['code']}/events")
    assert [item["type"] for item in page["items"]] == ["report.received"]
    assert page["next"] is None
    assert "private" not in page["items"][0]
    assert client.get(f"{API}/reports/HUE-2222-22/events").status_code == 404


def test_similar_reports_over_http(client: httpx.Client) -> None:
    sent = send(client)
    asked: dict[str, Any] = {"category": "litter", "lon": PLACES[0][0], "lat": PLACES[0][1]}
    found = get(client, "/reports/similar", **asked)
    assert [(item["id"], item["distance_m"]) for item in found["items"]] == [(sent["id"], 0)]
    swapped = client.get(f"{API}/reports/similar", params={**asked, "lon": 16.46, "lat": 107.58})
    assert swapped.status_code == 422
    assert "lon" in swapped.json()["errors"][0]["msg"]


def test_messages_are_in_the_language_asked_for(client: httpx.Client) -> None:
    vietnamese = client.get(f"{API}/reports", params={"ward": "99"}).json()["errors"][0]["msg"]
    english = client.get(f"{API}/reports", params={"ward": "99", "lang": "en"}).json()["errors"][0]["msg"]
    assert vietnamese == "Không có phường, xã “99”."
    assert english == "There is no ward “99”."
