"""Sending a report without scripts, from the first page to the report's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest

from service.db import unit_of_work
from service.models import Conversation, TalkFile, TalkMessage
from tests.imaging.pictures import encoded, quarters
from tests.pages.html import Page
from tests.support.site import HTML, Site

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


def send(site: Site, form: dict[str, Any], **options: Any) -> httpx.Response:
    return site.post("/report?category=litter&step=form", "/report", form, **options)


def test_kinds_first_then_the_form(site: Site) -> None:
    links = {str(each.get("href")) for each in Page(site.get("/report").text).all("a")}
    assert {"/report?category=litter", "/report?category=hanging_cable"} <= links
    page = Page(site.get("/report?category=hanging_cable&step=form").text)
    names = {each.get("name") for each in page.all("input")}
    assert {"answer.condition", "answer.height_m", "photos", "phone", "csrf_token"} <= names


def test_a_question_about_a_number_is_another_field_than_the_contact_s(site: Site) -> None:
    ids = Page(site.get("/report?category=illegal_ad&step=form").text).ids()
    assert "p-phone" in ids and len(ids) == len(set(ids))


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


def test_photos_are_asked_for_again_only_where_some_were_chosen(site: Site) -> None:
    files = [("photos", ("a.jpg", encoded(quarters(), "JPEG"), "image/jpeg"))]
    for chosen in ([], files):
        answer = send(site, filled() | {"ward": ""}, files=chosen)
        assert answer.status_code == 422
        assert ("Ảnh cần được chọn lại." in answer.text) == bool(chosen)


def test_who_sends_the_public_words_again_gets_the_public_page(site: Site) -> None:
    form = filled()
    code = send(site, form).headers["location"].split("/")[2].split("?")[0]
    site.client.cookies.clear()

    answer = send(site, form, files=[("photos", ("them.png", encoded(quarters(), "PNG"), "image/png"))])

    assert (answer.status_code, answer.headers["location"]) == (303, f"/r/{code}")
    assert "secret" not in answer.headers.get("set-cookie", "")
    assert f"/r/{code}/withdraw" not in site.client.get(f"/r/{code}", headers=HTML).text
    assert not site.photos(code)


def test_sending_twice_makes_one_report(site: Site) -> None:
    form = filled()
    first, second = send(site, form), send(site, form)
    assert first.headers["location"] == second.headers["location"]
    changed = send(site, form | {"description": "khác"})
    assert changed.status_code == 409
    assert "với nội dung khác" in changed.text and ">khác</textarea>" in changed.text
    new = inputs(changed.text, "id")["id"]
    assert new != form["id"]
    another = send(site, form | {"description": "khác", "id": new})
    assert another.status_code == 303 and another.headers["location"] != first.headers["location"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ward": ""}, "Hãy chọn phường, xã"),
        ({"ward": "no such"}, "Hãy chọn phường, xã"),
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


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        ({"phone": "12"}, {"phone": "0905 123 456"}, "Số điện thoại chưa đúng"),
        ({"email": "a@b"}, {"email": "ten@vidu.vn"}, "Địa chỉ email chưa đúng"),
    ],
)
def test_a_wrong_contact_stops_no_report_and_is_given_again(
    site: Site, wrong: dict[str, str], right: dict[str, str], sentence: str
) -> None:
    answer = send(site, filled(name="Lan", **wrong))
    assert answer.status_code == 303
    page, goal = answer.headers["location"], answer.headers["location"].split("?")[0]
    shown = site.client.get(page, headers=HTML).text
    assert sentence in shown and "Đã gửi. Cảm ơn bạn!" in shown
    assert len({"c-phone", "c-email"} & {str(each.get("id")) for each in Page(shown).all("input")}) == 1
    again = site.post(page, f"{goal}/contact", wrong)
    assert again.status_code == 422 and sentence in again.text
    kept = site.post(page, f"{goal}/contact", right)
    assert kept.status_code == 303
    assert "Đã lưu cách liên hệ" in site.client.get(kept.headers["location"], headers=HTML).text


def test_who_will_be_responsible_is_said_before_sending(site: Site) -> None:
    by_ward = site.post("/report?category=litter&step=form", "/report", filled(look="1"))
    assert by_ward.status_code == 200
    assert "Nơi xử lý: " in by_ward.text and "Rác ba ngày chưa lấy" in by_ward.text
    at = site.get("/report?category=litter&step=form&lon=107.59&lat=16.4637&z=16").text
    assert "Nơi xử lý: " in at and ("9 trên 10 việc" in at or "Hạn xử lý" in at)
    assert "Nơi xử lý: " not in site.get("/report?category=litter&step=form").text


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


def inputs(text: str, *names: str) -> dict[str, str]:
    """The values of these inputs of a page."""
    found = [each for each in Page(text).all("input") if each.get("name") in names]
    return {str(each["name"]): str(each["value"]) for each in found}


def test_the_map_as_a_picture_leads_to_the_place(site: Site) -> None:
    """Click after click, as a browser without scripts sends them; then the form with that place."""
    where = "lon", "lat", "z"
    text = site.get("/report?category=litter").text
    [picture] = [each for each in Page(text).all("input") if each.get("name") == "at"]
    drawn = site.get(str(picture["src"]))
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "Phường Thuận Hóa" in drawn.text and "<script" not in drawn.text
    before = inputs(text, *where)

    def after(**changes: str) -> dict[str, str]:
        asked = {**before, "category": "litter", **changes}
        return inputs(site.get(f"/report?{urlencode(asked)}").text, *where)

    clicked = after(**{"at.x": "240", "at.y": "80"})
    assert float(clicked["lon"]) > float(before["lon"]) and float(clicked["lat"]) > float(before["lat"])
    assert int(clicked["z"]) == int(before["z"]) + 1
    # Enter on the picture clicks its corner; a keyboard moves by the buttons.
    assert after(**{"at.x": "0", "at.y": "0"}) == before
    assert float(after(move="west")["lon"]) < float(before["lon"])
    assert after(zoom="out") == {**before, "z": str(int(before["z"]) - 1)}

    form = site.get("/report?category=litter&lon=107.5897&lat=16.4678&z=16&step=form").text
    sent = {key: value for key, value in filled().items() if key != "ward"}
    answer = send(site, sent | inputs(form, "lon", "lat", "accuracy_m"))
    stored = site.found(answer.headers["location"].split("/")[2].split("?")[0])
    assert (round(stored.lon, 4), round(stored.lat, 4)) == (107.5897, 16.4678)
    assert stored.accuracy_m is not None and stored.accuracy_m < 50


def test_looking_for_a_place_and_leaving_the_city(site: Site) -> None:
    found = site.get("/report?category=litter&q=vi da").text
    assert "Phường Vỹ Dạ" in found and "z=" in found
    nothing = site.get("/report?category=litter&q=zzzz").text
    assert "Không tìm thấy nơi này" in nothing
    outside = site.get("/report?category=litter&lon=108.45&lat=16.9&z=9").text
    steps = [each for each in Page(outside).all("button") if each.get("name") == "step"]
    assert steps == [], "nobody goes on with a place that would be refused"
    assert [each for each in Page(found).all("button") if each.get("name") == "step"]
    for odd in ("lon=nan&lat=inf&z=-5", "lon=x&lat=&z=1e99", "at.x=1e9&at.y=2", "move=up&zoom=no"):
        assert site.get(f"/report?category=litter&{odd}").status_code == 200
        assert site.get(f"/report/map.svg?{odd}").status_code == 200


def test_going_back_to_the_form_is_the_same_report(site: Site) -> None:
    """The address of the form names the report: a form fetched anew, with other cookies, has the same id."""
    place = site.get("/report?category=litter&lon=107.5897&lat=16.4678&z=16").text
    draft = inputs(place, "draft")["draft"]
    address = f"/report?category=litter&lon=107.5897&lat=16.4678&z=16&draft={draft}&step=form"
    first = site.get(address).text
    assert inputs(first, "id") == {"id": draft}
    sent = {key: value for key, value in filled(id=draft).items() if key != "ward"} | inputs(
        first, "lon", "lat"
    )
    taken = send(site, sent).headers["location"]
    assert inputs(site.get(address).text, "id") == {"id": draft}
    again = send(site, sent).headers["location"]
    assert again.split("?")[0] == taken.split("?")[0]
    odd = site.get("/report?category=litter&step=form&draft=nonsense").text
    assert inputs(odd, "id")["id"] not in ("", "nonsense")


def test_what_was_begun_in_a_conversation_goes_on_here(site: Site) -> None:
    now = datetime.now(UTC)
    talk = Conversation(
        channel="zalo", account="x", person_hash=b"x", begun=True, created_at=now, last_in_at=now
    )
    with unit_of_work(site.engine) as session:
        session.add(talk)
        session.flush()
        message = TalkMessage(conversation_id=talk.id, outgoing=False, at=now, kind="photo", state="read")
        session.add(message)
        session.flush()
        session.add_all(
            TalkFile(message_id=message.id, kind=kind, state="kept", next_at=now)
            for kind in ("photo", "audio")
        )
    said = f"draft={talk.draft_report_id}&description=R%C3%A1c&address=12+L%C3%AA+L%E1%BB%A3i"
    place = "lon=107.5897&lat=16.4678"
    try:
        first = site.get(f"/report?{said}&{place}").text
        assert "đã bắt đầu qua Zalo" in first
        # The photo of the talk goes along: the sheet asks for none, and says that it does.
        assert "Ảnh đã gửi trong cuộc trò chuyện được kèm theo" in first
        [on] = [each for each in Page(first).all("button") if "data-label-skip" in each]
        assert on["data-label-skip"] == "Tiếp tục"
        assert "Ảnh trong cuộc trò chuyện được gửi kèm" in first and "Không có ảnh" not in first
        [sheet] = [each for each in Page(first).all("form") if "data-sheet" in each]
        assert (sheet["data-draft"], sheet["data-words"]) == (str(talk.draft_report_id), "Rác")
        [link] = [each for each in Page(first).all("a") if "category=litter&" in str(each.get("href"))]
        where = site.get(str(link["href"])).text
        kept = inputs(where, "draft", "description", "lon", "lat")
        assert kept == {
            "draft": str(talk.draft_report_id),
            "description": "Rác",
            "lon": "107.5897",
            "lat": "16.4678",
        }
        sure, rough = (site.get(f"/report?category=litter&{place}{end}").text for end in ("", "&rough=1"))
        places = [
            [each["data-place"] for each in Page(text).all("form") if "data-sheet" in each]
            for text in (sure, rough)
        ]
        assert places == [["107.5897,16.4678"], [""]], "no pin stands in the middle of a street by itself"
    finally:
        with unit_of_work(site.engine) as session:
            session.delete(session.get_one(Conversation, talk.id))
    alone = site.get(f"/report?{said}").text
    assert "data-draft" not in alone and 'data-label-skip="Tiếp tục không có ảnh"' in alone
