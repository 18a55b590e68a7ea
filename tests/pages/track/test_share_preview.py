"""A report that is shared: the preview of its link, its picture, and that what is hidden is on none."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from sqlalchemy import select, update

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.models import Photo, Report
from service.pages.track.share_preview import translation_link
from tests.pages.html import Page
from tests.support.site import Site


@pytest.fixture(autouse=True)
def _new_visitor(site: Site) -> None:
    site.client.cookies.clear()


def properties(text: str) -> dict[str, str]:
    return {
        str(each["property"]): str(each["content"]) for each in Page(text).all("meta") if each.get("property")
    }


def test_a_link_says_what_where_and_how_it_stands(site: Site) -> None:
    code = site.code("closed")
    text = site.get(f"/r/{code}?x=1").text
    told = properties(text)
    assert told["og:url"] == f"{site.settings.public_url}/r/{code}"
    assert told["og:image"].startswith(f"{site.settings.public_url}/r/{code}/card.jpg")
    assert "đã xử lý xong" in told["og:description"]
    assert code in str(
        next(each for each in Page(text).all("button") if each.get("data-share-text"))["data-share-text"]
    )


def test_the_picture_has_the_size_that_is_told_and_is_asked_again_by_its_tag(site: Site) -> None:
    code = site.code("closed")
    answer = site.client.get(f"/r/{code}/card.jpg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    assert len(answer.content) < 400_000
    again = site.client.get(f"/r/{code}/card.jpg", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_a_hidden_photo_is_on_no_picture_from_then_on(site: Site) -> None:
    # Other tests add photos that nobody has rendered: those are on no picture yet.
    rendered = select(Photo.report_id).where(Photo.state == "ready", Photo.kind == "report", Photo.published)
    shown = select(Report.code).where(Report.published, Report.id.in_(rendered)).order_by(Report.code)
    with unit_of_work(site.engine) as session:
        code = session.scalars(shown.limit(1)).one()
    report_id = site.found(code).id
    with_photo = site.client.get(f"/r/{code}/card.jpg").content
    with unit_of_work(site.engine) as session:
        session.execute(update(Photo).where(Photo.report_id == report_id).values(published=False))
    without = site.client.get(f"/r/{code}/card.jpg").content
    assert with_photo != without
    with unit_of_work(site.engine) as session:
        session.execute(update(Photo).where(Photo.report_id == report_id).values(published=True))
        session.execute(update(Report).where(Report.id == report_id).values(published=False))
    assert site.client.get(f"/r/{code}/card.jpg").status_code == 404
    with unit_of_work(site.engine) as session:
        session.execute(update(Report).where(Report.id == report_id).values(published=True))


@pytest.mark.parametrize(
    ("path", "title"), [("/map", "Bản đồ"), ("/feed", "Diễn biến"), ("/figures", "Số liệu")]
)
def test_a_link_to_a_list_says_what_it_leads_to(site: Site, path: str, title: str) -> None:
    told = properties(site.get(path).text)
    assert told["og:title"].startswith(title) and len(told["og:description"]) > 20


def test_a_ward_has_a_page_of_its_own(site: Site) -> None:
    with unit_of_work(site.engine) as session:
        ward = next(iter(load_reference(session).ward_by_code.values()))
    text = site.get(f"/ward/{ward.code}").text
    assert ward.full_name in text
    assert f"/map?ward={ward.code}" in text and f"/feed.atom?ward={ward.code}" in text
    assert properties(text)["og:title"] == ward.full_name and properties(text)["og:description"]
    former = site.get("/ward/19789").text.partition("Trước đây: ")[2].partition("<")[0]
    assert former == "Phú Hội, Phú Nhuận, Phước Vĩnh, Phường Đúc, Trường An, Vĩnh Ninh"
    assert site.get("/ward/nope").status_code == 404
    assert f"/ward/{ward.code}" in site.get(f"/map?ward={ward.code}&state=all").text


def test_photos_shared_before_the_app_is_ready_are_asked_for_again(site: Site) -> None:
    photo = {"photos": ("a.jpg", b"\xff\xd8" + b"0" * 1000, "image/jpeg")}
    answer = site.client.post("/report/shared", files=photo, data={"title": "x"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/report?shared=again")
    assert "Hãy chọn lại ảnh" in site.get("/report?shared=again").text


def test_the_first_page_is_shared_with_its_figures_and_the_newest_pair(site: Site) -> None:
    told = properties(site.get("/").text)
    assert told["og:url"] == f"{site.settings.public_url.rstrip('/')}/"
    assert "phản ánh đã xử lý trong 90 ngày qua" in told["og:description"]
    picture = site.client.get(told["og:image"].removeprefix(site.settings.public_url.rstrip("/")))
    assert picture.headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("ko-KR,ko;q=0.9", "ko"),
        ("zh-TW", "zh-TW"),
        ("zh", "zh-CN"),
        ("vi,en;q=0.5", "en"),
        (None, "en"),
        ("*", "en"),
    ],
)
def test_words_are_translated_into_what_the_browser_reads(accepted: str | None, language: str) -> None:
    link = translation_link("https://hue.example/", "HUE-7K3M-92", accepted)
    asked = parse_qs(urlsplit(link).query)
    assert asked == {"sl": ["vi"], "tl": [language], "u": ["https://hue.example/r/HUE-7K3M-92?lang=vi"]}
    assert translation_link("http://127.0.0.1:8000", "HUE-7K3M-92", accepted) == ""
