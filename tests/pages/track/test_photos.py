"""Photos that are added from a report's page: two ways to each, several at once, JSON for a kept form."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.imaging.pictures import encoded, quarters
from tests.pages.html import Page
from tests.pages.track.test_track import as_reporter
from tests.support.site import TOKEN, Site


@pytest.fixture(autouse=True)
def _new_visitor(site: Site) -> None:
    site.client.cookies.clear()


def jpeg(width: int) -> bytes:
    return encoded(quarters(size=(width, 300)), "JPEG")


def files(*widths: int) -> list[tuple[str, tuple[str, bytes, str]]]:
    """As a browser sends them: the field that nothing was chosen in comes as well, empty."""
    chosen = [("file", (f"{width}.jpg", jpeg(width), "image/jpeg")) for width in widths]
    return [*chosen, ("file", ("", b"", "application/octet-stream"))]


def post_as_phone(site: Site, code: str, form: str, data: dict[str, str], **options: Any) -> httpx.Response:
    token = TOKEN.search(site.client.get(f"/r/{code}", headers={"Accept": "text/html"}).text)
    assert token
    headers = {"Accept": "application/json", "X-CSRF-Token": token[1]}
    return site.client.post(f"/r/{code}/{form}", data=data, headers=headers, **options)


@pytest.mark.parametrize(("status", "forms"), [("assigned", {"comment", "photos"}), ("closed", {"reopen"})])
def test_each_photo_has_a_camera_and_the_phones_own_photos(site: Site, status: str, forms: set[str]) -> None:
    shown = Page(as_reporter(site, site.ended_now(status)))
    inputs: dict[str, list[dict[str, str | None]]] = {}
    form = ""
    for tag, attributes in shown.tags:
        if tag == "form":
            form = str(attributes.get("action")).rsplit("/", 1)[-1]
            assert form not in forms or attributes.get("enctype") == "multipart/form-data"
        elif tag == "input" and attributes.get("type") == "file":
            inputs.setdefault(form, []).append(attributes)
    for name in forms:
        assert [each.get("capture") for each in inputs[name]] == ["environment", None]
        assert {each.get("name") for each in inputs[name]} == {"file"}


def test_several_photos_at_once_without_scripts(site: Site) -> None:
    code = site.code("assigned")
    as_reporter(site, code)
    before = site.photos(code)
    answer = site.post(f"/r/{code}", f"/r/{code}/photos", {}, files=files(401, 402))
    assert answer.status_code == 303
    assert site.photos(code) == before + 2
    none = site.post(f"/r/{code}", f"/r/{code}/photos", {}, files=files())
    assert none.status_code == 422


def test_a_remark_brings_its_photos_and_a_retry_adds_nothing(site: Site) -> None:
    code = site.code("in_progress")
    as_reporter(site, code)
    before = site.photos(code)
    sent = {"text": "Thêm một tấm nhìn từ cầu", "id": "0b7a7a52-6bb1-4d3c-9a0b-0d5c5f6f0a11"}
    for _ in range(2):
        answer = post_as_phone(site, code, "comment", sent, files=files(403))
        assert (answer.status_code, answer.json()) == (200, {"page": f"/r/{code}?done=comment#top"})
    assert site.photos(code) == before + 1


def test_a_phone_is_told_in_json_why_its_form_was_refused(site: Site) -> None:
    code = site.code("assigned")
    as_reporter(site, code)
    answer = post_as_phone(site, code, "photos", {}, files=[("file", ("a.jpg", b"no photo", "image/jpeg"))])
    assert answer.status_code == 415
    assert answer.headers["content-type"] == "application/problem+json"
    assert "không phải ảnh" in answer.json()["detail"]
