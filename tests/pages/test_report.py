"""Sending a report without scripts, from the first page to the report's own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.imaging.pictures import encoded, quarters
from tests.pages.html import Page
from tests.site import HTML, Site

WARD = "19789"


@pytest.fixture(autouse=True)
def _new_visitor(site: Site) -> None:
    site.client.cookies.clear()


def filled(**changes: Any) -> dict[str, Any]:
    form = {
        "id": str(uuid4()),
        "category": "litter.uncollected",
        "ward": WARD,
        "address": "12 Lê Lợi",
        "description": "Rác ba ngày chưa lấy",
    }
    return {**form, **changes}


def send(site: Site, form: dict[str, Any], **options: Any) -> Any:
    return site.post("/report?category=litter", "/report", form, **options)


def test_kinds_first_then_the_form(site: Site) -> None:
    links = {str(each.get("href")) for each in Page(site.get("/report").text).all("a")}
    assert {"/report?category=litter", "/report?category=hanging_cable"} <= links
    page = Page(site.get("/report?category=hanging_cable").text)
    names = {each.get("name") for each in page.all("input")}
    assert {"answer.condition", "answer.height_m", "photos", "phone", "csrf_token"} <= names


def test_report_is_stored_and_its_page_opens_as_its_reporter(site: Site) -> None:
    form = filled(**{"answer.amount": "cart", "answer.material": ["household", "green"]})
    answer = send(site, form | {"name": "Lan", "phone": "0905 123 456"})
    assert answer.status_code == 303
    page = site.client.get(answer.headers["location"], headers=HTML)
    assert page.status_code == 200
    code = answer.headers["location"].split("/")[2].split("?")[0]
    assert code in page.text
    assert 'action="/r/' + code + '/withdraw"' in page.text, "the reporter may withdraw it"
    stored = site.found(code)
    assert stored.channel == "portal"
    assert stored.attributes == {"amount": "cart", "material": ["household", "green"]}
    assert stored.accuracy_m is not None
    assert stored.accuracy_m > 100, "a ward is not a point"
    assert code in site.client.get("/mine", headers=HTML).text


def test_photos_come_after_the_report(site: Site) -> None:
    files = [
        ("photos", ("a.jpg", encoded(quarters(), "JPEG"), "image/jpeg")),
        ("photos", ("b.txt", b"no photo", "text/plain")),
    ]
    answer = send(site, filled(), files=files)
    assert answer.status_code == 303
    code = answer.headers["location"].split("/")[2].split("?")[0]
    assert site.photos(code) == 1
    page = site.client.get(answer.headers["location"], headers=HTML)
    assert "1 ảnh chưa nhận được" in page.text


def test_sending_twice_makes_one_report(site: Site) -> None:
    form = filled()
    first, second = send(site, form), send(site, form)
    assert first.headers["location"] == second.headers["location"]
    changed = send(site, form | {"description": "khác"})
    assert changed.status_code == 409


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ward": ""}, "Hãy chọn phường, xã"),
        ({"ward": "no such"}, "Hãy chọn phường, xã"),
        ({"phone": "12"}, "Số điện thoại chưa đúng"),
        ({"email": "a@b"}, "Địa chỉ thư chưa đúng"),
        ({"answer.amount": "mountain"}, "Hãy chọn một trong các câu trả lời có sẵn."),
        ({"description": "x" * 2001}, "Dài quá 2000 ký tự."),
        ({"lon": "16.46", "lat": "107.59"}, "bị đổi chỗ"),
        ({"lon": "x", "lat": "y"}, "Cần một con số."),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_lost(
    site: Site, changes: dict[str, str], sentence: str
) -> None:
    answer = send(site, filled(address="Trước chợ Đông Ba", **changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Trước chợ Đông Ba" in answer.text


def test_without_the_token_nothing_is_taken(site: Site) -> None:
    answer = site.client.post("/report", data=filled(), headers=HTML)
    assert answer.status_code == 403
    assert "tải lại trang" in answer.text


def test_places_are_found_by_old_and_new_names(site: Site) -> None:
    new = site.get("/report/places?q=vi da").text
    assert "Phường Vỹ Dạ" in new
    old = site.get("/report/places?q=tay loc").text
    assert "Phường Tây Lộc" in old
    assert "nay thuộc Phường Phú Xuân" in old
    assert "Không tìm thấy" in site.get("/report/places?q=zzzz").text
