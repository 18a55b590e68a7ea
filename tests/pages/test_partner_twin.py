"""The demo's partner: takes requests by Open311 with its key, shows them, tells what became of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import redis

from service.domain.partners.twin import TWIN_KEY, TWIN_PATH
from service.pages.dev.partner_book import COUNTER, KEY
from tests.support.site import Site

SENT = {"service_code": "noise", "lat": "16.46", "long": "107.59", "description": "<b>Ồn</b>\nMã: HUE-1"}


def test_what_is_handed_over_is_shown_and_its_steps_are_told(site: Site) -> None:
    span = {"start_date": (datetime.now(UTC) - timedelta(minutes=1)).isoformat()}
    updates = f"{TWIN_PATH}/servicerequestupdates.json"
    try:
        forged = site.client.post(f"{TWIN_PATH}/requests.json", data={**SENT, "api_key": "x"})
        assert (forged.status_code, forged.json()[0]["code"]) == (403, 403)
        bare = site.client.post(f"{TWIN_PATH}/requests.json", data={"api_key": TWIN_KEY, "service_code": "x"})
        assert (bare.status_code, bare.json()[0]["description"]) == (400, "lat required")
        taken = site.client.post(f"{TWIN_PATH}/requests.json", data={**SENT, "api_key": TWIN_KEY})
        assert taken.status_code == 201
        number = taken.json()[0]["service_request_id"]
        listed = site.client.get(f"{TWIN_PATH}/requests.json", params={**span, "service_code": "noise"})
        assert [each["service_request_id"] for each in listed.json()] == [number]
        assert listed.json()[0]["description"].endswith("Mã: HUE-1")
        assert site.client.get(updates, params=span).json() == []

        said = {"status": "FIXED", "text": "Đã nhắc nhở"}
        assert site.post("/dev/partner", f"/dev/partner/{number}", said).status_code == 303
        assert site.client.post(f"/dev/partner/{number}", data=said).status_code == 403
        assert site.post("/dev/partner", f"/dev/partner/{number}", {"status": "GONE"}).status_code == 404
        [told] = site.client.get(updates, params=span).json()
        assert (told["service_request_id"], told["status"]) == (number, "FIXED")
        assert told["description"] == "Đã nhắc nhở"
        later = {"start_date": (datetime.now(UTC) + timedelta(minutes=1)).isoformat()}
        assert site.client.get(updates, params=later).json() == []

        again = {
            "service_request_id": number,
            "update_id": "HUE-1-2",
            "status": "REOPEN",
            "api_key": TWIN_KEY,
        }
        for _ in range(2):
            assert site.client.post(updates, data=again).status_code == 200
        assert [each["status"] for each in site.client.get(updates).json()] == ["FIXED", "OPEN"]
        assert site.client.post(updates, data={**again, "service_request_id": "DT-0"}).status_code == 404
        shown = site.get("/dev/partner").text
        assert number in shown and "&lt;b&gt;" in shown and "Đã nhắc nhở" in shown
        for path in ("/dev/partner", updates):
            assert site.get(path, **{"X-Forwarded-For": "203.0.113.9"}).status_code == 404, path
    finally:
        with redis.Redis.from_url(site.settings.redis_url) as store:
            store.delete(KEY, COUNTER)
        site.client.cookies.clear()
