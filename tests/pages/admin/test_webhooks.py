"""The page of webhooks and the API beside it: made, shown once, paused, told again, refused."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.pages.html import Page
from tests.support.site import Site

HOOK = {"name": "Trung tâm điều hành", "url": "https://hooks.example/in", "types": "report.closed"}


@pytest.fixture(autouse=True)
def administrator(site: Site) -> None:
    site.enter("administrator")


def call(site: Site, method: str, path: str, **body: Any) -> httpx.Response:
    """A call of the API by this browser's session."""
    token = site.client.get("/api/v1/me").json()["csrf_token"]
    return site.client.request(
        method, f"/api/v1/admin/webhooks{path}", headers={"X-CSRF-Token": token}, **body
    )


def test_events_to_choose_are_named_without_the_names_of_their_values(site: Site) -> None:
    text = site.look("/admin/webhooks/new").text.partition("<main")[2]
    assert "report.rated" in text and not re.search(r"\{\w+\}", text)


def test_a_webhook_s_life_on_its_page(site: Site) -> None:
    made = site.post("/admin/webhooks/new", "/admin/webhooks/new", HOOK)
    assert made.status_code == 200 and made.headers["cache-control"] == "no-store"
    secret = re.search(r"data-token>(whsec_[^<]+)<", made.text)
    path = re.search(r'action="(/admin/webhooks/\d+)/act"', made.text)
    assert secret and path
    page = path[1]
    shown = site.look(page)
    assert secret[1] not in shown.text and "report.closed" in shown.text
    assert len(Page(shown.text).ids()) == len(set(Page(shown.text).ids()))

    tested = site.post(page, f"{page}/act", {"act": "test"})
    assert tested.status_code == 303
    assert "webhook.test" in site.look(page).text
    site.post(page, f"{page}/act", {"act": "pause"})
    assert "tạm dừng" in site.look(page).text
    assert site.post(page, f"{page}/act", {"act": "test"}).status_code == 409
    assert site.post(page, f"{page}/act", {"act": "resume", "missed": "1"}).status_code == 303
    turned = site.post(page, f"{page}/act", {"act": "secret"})
    assert "whsec_" in turned.text and secret[1] not in turned.text
    assert "Khóa cũ còn ký đến" in site.look(page).text
    changed = site.post(page, page, {**HOOK, "name": "Khác"})
    assert changed.status_code == 303 and "Khác" in site.look("/admin/webhooks").text
    wrong = site.post(page, f"{page}/replay", {"since": "2026-05-02T08:00", "until": "2026-05-01T08:00"})
    assert wrong.status_code == 422
    assert site.post(page, f"{page}/act", {"act": "delete"}).status_code == 303
    assert site.look(page).status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"url": "http://hooks.example/in"}, "Cần địa chỉ https."),
        ({"url": "https://10.1.2.3/in"}, "mạng nội bộ"),
        ({"url": "https://169.254.169.254/latest"}, "mạng nội bộ"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "mạng nội bộ"),
        ({"url": "https://user:word@hooks.example/"}, "không đọc được"),
        ({"url": "https://hooks.example:25/"}, "cổng"),
        ({"wards": "khong-co"}, "Không có mã “khong-co”."),
    ],
)
def test_what_cannot_be_a_webhook_is_said_at_its_field(site: Site, change: dict[str, str], said: str) -> None:
    answer = site.post("/admin/webhooks/new", "/admin/webhooks/new", {**HOOK, **change})
    assert answer.status_code == 422
    assert said in answer.text
    assert HOOK["name"] in answer.text


def test_the_same_by_the_api(site: Site) -> None:
    body = {"name": "Máy", "url": "https://hooks.example/in", "wards": [], "types": ["report.closed"]}
    made = call(site, "POST", "", json=body).json()
    assert made["secret"].startswith("whsec_")
    one = f"/{made['id']}"
    assert call(site, "GET", one).json()["secret"] is None
    assert call(site, "POST", f"{one}/test").status_code == 202
    log = call(site, "GET", f"{one}/deliveries").json()
    assert [each["type"] for each in log["items"]] == [""]
    replayed = call(site, "POST", f"{one}/replay", json={})
    assert replayed.status_code == 202 and replayed.json()["messages"] >= 0
    assert call(site, "POST", f"{one}/pause").json()["state"] == "paused"
    assert call(site, "POST", f"{one}/replay", json={}).status_code == 409
    assert call(site, "POST", f"{one}/resume", json={"missed": True}).json() == {"messages": 0}
    refused = call(site, "PUT", one, json={**body, "url": "https://10.0.0.9/"})
    assert refused.status_code == 422 and refused.json()["errors"][0]["loc"] == ["body", "url"]
    assert call(site, "DELETE", one).status_code == 204
    assert call(site, "GET", one).status_code == 404
