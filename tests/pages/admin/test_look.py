"""What the pages look and speak like: the city's logo, and the languages that it offers."""

from __future__ import annotations

import html
import io
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import delete, select

from service.db import unit_of_work
from service.models import AuditEntry, City
from service.models.city.city import CityLogo
from tests.support.site import HTML, TOKEN, Site

PATH = "/admin/settings/logo"


@pytest.fixture(autouse=True)
def administrator(site: Site) -> Iterator[None]:
    site.enter("administrator")
    with unit_of_work(site.engine) as session:
        before = session.scalars(select(City.config)).one()
    yield
    with unit_of_work(site.engine) as session:
        city = session.scalars(select(City)).one()
        city.config, city.logo, city.revision = before, None, city.revision + 1
        session.execute(delete(CityLogo))


def png(size: tuple[int, int], colour: str = "#0a5") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def send(site: Site, data: bytes, name: str = "logo.png") -> httpx.Response:
    token = TOKEN.search(site.client.get(PATH, headers=HTML).text)
    assert token
    sent = {"data": {"csrf_token": token[1]}, "files": {"file": (name, data, "image/png")}}
    return site.client.post(PATH, headers=HTML, **sent)  # type: ignore[arg-type]


def test_a_logo_is_seen_before_it_is_in_force_and_can_be_taken_away(site: Site) -> None:
    sent = send(site, png((300, 200)))
    assert sent.status_code == 303, sent.text
    looked = site.look(sent.headers["location"]).text
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', looked)
    assert digest and looked.count(f'src="/logo/{digest[1]}.png"') == 3  # light, dark, among those kept
    assert f"/logo/{digest[1]}.png" not in site.look("/").text
    put = {"digest": digest[1], "version": ""}
    assert site.post(PATH, f"{PATH}/put", put).headers["location"] == f"{PATH}?done=saved"
    drawn = f'<img class="brand-logo" src="/logo/{digest[1]}.png" width="180" height="120"'
    assert drawn in site.look("/admin/settings").text
    eventually(lambda: drawn in site.look("/help").text)
    file = site.client.get(f"/logo/{digest[1]}.png")
    assert file.headers["content-type"] == "image/png" and "immutable" in file.headers["cache-control"]
    assert Image.open(io.BytesIO(file.content)).size == (180, 120)
    stale = site.post(PATH, f"{PATH}/put", {"digest": "", "version": ""})
    assert stale.status_code == 409 and "Người khác đã sửa mục này" in stale.text
    assert site.post(PATH, f"{PATH}/put", {"digest": "", "version": digest[1]}).status_code == 303
    assert 'class="brand-mark"' in site.look("/admin/settings").text
    assert site.look(f"{PATH}?look={digest[1]}").text.count("brand-logo") == 3
    with unit_of_work(site.engine) as session:
        told = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("city.logo%"))).all()
    assert told[-2:] == ["city.logo_set", "city.logo_removed"]
    assert "đặt biểu trưng" in site.look("/admin/audit").text


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 415, "SVG không nhận"),
        (b"", 422, "Tệp trống"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 90, 422, "Không đọc được hình này"),
        (png((200, 9)), 422, "Cạnh ngắn cần ít nhất 24"),
        (b"\x89PNG\r\n\x1a\n" + bytes(4 << 20), 413, "nặng quá 4 MB"),
    ],
)
def test_a_bad_file_is_refused_with_what_to_do(site: Site, data: bytes, status: int, words: str) -> None:
    answer = send(site, data, "logo.svg")
    assert answer.status_code == status
    assert words in html.unescape(answer.text)


def test_an_unknown_logo_is_neither_shown_nor_put_in_force(site: Site) -> None:
    assert site.client.get(f"/logo/{'0' * 64}.png").status_code == 404
    assert site.client.get("/logo/../../etc/passwd.png").status_code == 404
    assert site.post(PATH, f"{PATH}/put", {"digest": "0" * 64, "version": ""}).status_code == 404
    assert site.look(f"{PATH}?look=%00").status_code == 200


def test_the_city_says_which_languages_its_pages_have_and_which_comes_first(site: Site) -> None:
    path = "/admin/settings/languages"
    wrong = languages(site, ["en"], "vi")
    assert "Tiếng Việt luôn được dùng" in site.post(path, path, wrong).text
    assert "phải là ngôn ngữ đang dùng" in site.post(path, path, wrong | languages(site, ["vi"], "en")).text
    assert site.post(path, path, languages(site, ["vi", "en"], "vi")).status_code == 303
    english = {**HTML, "accept-language": "en"}
    eventually(lambda: '<html lang="vi"' in site.client.get("/help", headers=english).text)
    assert '<html lang="en"' in site.client.get("/help?lang=en", headers=english).text
    only = languages(site, ["vi"], "browser")
    looked = html.unescape(site.post(path, path, only | {"act": "look"}).text)
    assert "Tiếng Việt, Tiếng Anh" in looked or "Vietnamese, English" in looked
    assert site.post(path, path, only).status_code == 303
    eventually(lambda: '<html lang="vi"' in site.client.get("/help?lang=en", headers=english).text)
    for address in ("/?lang=en", "/help?lang=en", "/account?lang=en"):
        page = site.client.get(address, headers=english).text
        assert '<html lang="vi"' in page and 'hreflang="en"' not in page and "English" not in page, address
    refused = site.client.get("/api/v1/reports/HUE-NONE", headers={"accept-language": "en"})
    assert "There is no such report" in refused.text


def languages(site: Site, offered: list[str], first: str) -> dict[str, Any]:
    """The form of the languages, filled in."""
    version = re.search(r'name="version" value="([^"]*)"', site.look("/admin/settings/languages").text)
    assert version
    said = {"languages.offered": offered, "languages.first": first}
    return {"version": version[1], "act": "save", **said}


def eventually(true: Callable[[], bool]) -> None:
    """Wait until every process has read the city anew: within a second of a change."""
    ends = time.monotonic() + 10
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.05)
