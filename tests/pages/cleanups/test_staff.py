"""Colleagues draft a clean-up, announce it and cancel it; others may not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from tests.support.site import Site

PAGE = "/manage/cleanups"


def test_made_announced_and_cancelled(site: Site) -> None:
    site.enter("department")
    text = site.look(PAGE).text
    lead = re.search(r'name="lead".*?<option value="([^"]+)"', text, flags=re.S)
    assert lead
    starts = datetime.now(UTC) + timedelta(days=5)
    data = {
        "id": str(uuid4()),
        "title": "Dọn kênh An Hòa",
        "starts_at": f"{starts:%d/%m/%Y %H:%M}",
        "ends_at": f"{starts + timedelta(hours=2):%d/%m/%Y %H:%M}",
        "lead": lead[1],
        "open_to": "public",
        "meet_words": "Cầu An Hòa",
        "lon": "107.58",
        "lat": "16.47",
    }
    assert site.post(PAGE, PAGE, {**data, "title": ""}).status_code == 422
    assert site.post(PAGE, PAGE, data).status_code == 303
    assert site.post(PAGE, PAGE, data).status_code == 303
    text = site.look(PAGE).text
    assert text.count("Dọn kênh An Hòa</a>") == 1
    assert "Dọn kênh An Hòa" not in site.client.get("/cleanups", headers={"Accept": "text/html"}).text
    code, version = _own(text)
    step = f"{PAGE}/{code}/step"
    refused = site.post(PAGE, step, {"to": "announced", "version": version})
    assert refused.status_code == 422
    assert "không phát sinh rác" in refused.text
    site.enter("executor")
    assert site.post(PAGE, PAGE, {**data, "id": str(uuid4())}).status_code == 403
    site.enter("department")
    data |= {"id": str(uuid4()), "title": "Trồng cây", "no_waste": "1"}
    assert site.post(PAGE, PAGE, data).status_code == 303
    code, version = _own(site.look(PAGE).text, "Trồng cây")
    step = f"{PAGE}/{code}/step"
    assert site.post(PAGE, step, {"to": "announced", "version": version}).status_code == 303
    assert "Trồng cây" in site.look(f"/cleanups/{code}").text
    _, version = _own(site.look(PAGE).text, "Trồng cây")
    assert site.post(PAGE, step, {"to": "cancelled", "version": version}).status_code == 422
    gone = {"to": "cancelled", "version": version, "reason": "Bão"}
    assert site.post(PAGE, step, gone).status_code == 303
    assert "đã hủy" in site.look(f"/cleanups/{code}").text


def _own(text: str, title: str = "Dọn kênh An Hòa") -> tuple[str, str]:
    after = text[text.index(f"{title}</a>") :]
    found = re.search(r'/manage/cleanups/(R[0-9-]+)/step.*?name="version" value="(\d+)"', after, flags=re.S)
    assert found
    return found[1], found[2]
