"""The settings' pages: previewed, saved, refused at their field, and two administrators at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from service.db import unit_of_work
from service.models import City
from service.pages.admin.settings.forms import FORMS
from tests.pages.html import Page
from tests.support.site import Site

NOTICES = "/admin/settings/notices"


@pytest.fixture(autouse=True)
def administrator(site: Site) -> Iterator[None]:
    site.enter("administrator")
    with unit_of_work(site.engine) as session:
        before = session.scalars(select(City.config)).one()
    yield
    with unit_of_work(site.engine) as session:
        session.scalars(select(City)).one().config = before


def config(site: Site) -> dict[str, Any]:
    with unit_of_work(site.engine) as session:
        return dict(session.scalars(select(City.config)).one())


def version(site: Site, path: str) -> str:
    found = re.search(r'name="version" value="([^"]*)"', site.look(path).text)
    assert found
    return found[1]


def filled(page: str) -> dict[str, Any]:
    """What a browser would send of a form as it is drawn."""
    fields: dict[str, Any] = {}
    fields |= dict(re.findall(r'<input class="input"[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page))
    fields |= dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.S))
    for name, choices in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', choices)
        fields[name] = chosen[1] if chosen else ""
    for name, value in re.findall(r'<input type="checkbox"[^>]*name="([^"]+)" value="([^"]+)" checked', page):
        fields.setdefault(name, [])
        fields[name] = [*fields[name], value]
    return {
        name: [*map(unescape, said)] if isinstance(said, list) else unescape(said)
        for name, said in fields.items()
    }


@pytest.mark.parametrize("group", FORMS)
def test_a_form_sent_as_it_was_drawn_changes_nothing(site: Site, group: str) -> None:
    path, before = f"/admin/settings/{group}", config(site)
    page = site.look(path).text
    assert len(Page(page).ids()) == len(set(Page(page).ids()))
    looked = site.post(path, path, {**filled(page), "act": "look"})
    assert looked.status_code == 200, looked.text
    assert "Không có gì thay đổi so với hiện nay." in looked.text
    assert site.post(path, path, {**filled(page), "act": "save"}).status_code == 303
    assert config(site) == before


def test_a_change_is_seen_before_it_is_saved(site: Site) -> None:
    data = {"version": version(site, NOTICES), "digest_hour": "6", "digest_above": "20"}
    before = config(site)
    looked = site.post(NOTICES, NOTICES, {**data, "act": "look"})
    assert "7 giờ" in looked.text and "6 giờ" in looked.text and "đơn vị nhận tin gộp" in looked.text
    assert config(site) == before
    saved = site.post(NOTICES, NOTICES, {**data, "act": "save"})
    assert saved.headers["location"] == f"{NOTICES}?done=saved"
    assert config(site)["digest_hour"] == 6
    wrong = site.post(NOTICES, NOTICES, {**data, "digest_hour": "99", "act": "save"})
    assert wrong.status_code == 422 and 'id="digest_hour-error"' in wrong.text and 'value="99"' in wrong.text


def test_who_comes_second_reads_both_texts_and_decides(site: Site) -> None:
    path = "/admin/settings/documents"
    data = {**filled(site.look(path).text), "act": "save"}
    site.post(path, path, {**data, "administration.signs": "Chủ tịch"})
    second = site.post(path, path, {**data, "administration.signs": "Trưởng phòng"})
    assert second.status_code == 409
    assert "Chủ tịch" in second.text and "Trưởng phòng" in second.text and "Hai bản khác nhau" in second.text
    again = {**filled(second.text), "act": "save"}
    assert again["administration.signs"] == "Trưởng phòng"
    assert site.post(path, path, again).status_code == 303
    assert config(site)["administration"]["signs"] == "Trưởng phòng"


def test_hours_are_pairs_of_time_fields_with_room_for_one_more(site: Site) -> None:
    path = "/admin/settings/hours"
    data = {**filled(site.look(path).text), "act": "save"}
    assert data["working_hours.0.0.from"] == "07:30" and data["working_hours.0.2.from"] == ""
    saturday = {"5.0.from": "13:30", "5.0.to": "16:00", "5.1.from": "7h30", "5.1.to": "11:30"}
    named = {f"working_hours.{name}": value for name, value in saturday.items()}
    assert site.post(path, path, {**data, **named}).status_code == 303
    assert config(site)["working_hours"]["5"] == [["07:30", "11:30"], ["13:30", "16:00"]]
    night = {"working_hours.6.0.from": "00:00", "working_hours.6.0.to": "00:00"}
    again = {**filled(site.look(path).text), **night, "act": "save"}
    assert site.post(path, path, again).status_code == 303
    assert config(site)["working_hours"]["6"] == [["00:00", "00:00"]]


@pytest.mark.parametrize(
    ("sunday", "at", "says"),
    [
        ({"0.from": "07:30"}, "6.0", "Cần cả giờ bắt đầu và giờ kết thúc."),
        ({"0.to": "07:30"}, "6.0", "Cần cả giờ bắt đầu và giờ kết thúc."),
        (
            {"0.from": "07:00", "0.to": "11:00", "1.from": "17:30", "1.to": "13:30"},
            "6.1",
            "Giờ kết thúc phải sau giờ bắt đầu.",
        ),
        (
            {"0.from": "07:00", "0.to": "12:00", "1.from": "11:00", "1.to": "13:30"},
            "6",
            "Các ca trong ngày trùng giờ nhau.",
        ),
        ({"0.from": "sáng", "0.to": "11:30"}, "6.0", "Cần giờ và phút, ví dụ 07:30."),
    ],
)
def test_what_is_wrong_with_hours_is_told_at_the_span(
    site: Site, sunday: dict[str, str], at: str, says: str
) -> None:
    path = "/admin/settings/hours"
    before, data = config(site), {**filled(site.look(path).text), "act": "save"}
    wrong = site.post(
        path, path, {**data, **{f"working_hours.6.{key}": text for key, text in sunday.items()}}
    )
    assert wrong.status_code == 422
    told = re.search(rf'id="working_hours\.{re.escape(at)}-error">(.*?)</p>', wrong.text, re.S)
    assert told and says in unescape(told[1])
    assert "Vui lòng xem lại: Chủ nhật." in wrong.text
    assert all(f'value="{text}"' in wrong.text for text in sunday.values())
    assert config(site) == before


def test_the_week_of_a_coordinator_has_time_fields_too(site: Site) -> None:
    path = "/admin/people/demo.triage/duty"
    night = {"hours_fri.0.from": "22:00", "hours_fri.0.to": "06:00", "hours_sat.0.from": "18:00"}
    wrong = site.post(path, path, {"on_duty": "1", **night})
    assert wrong.status_code == 422 and 'id="hours_sat-error"' in wrong.text
    assert 'value="22:00"' in wrong.text and 'value="18:00"' in wrong.text
    assert site.post(path, path, {"on_duty": "1", **night, "hours_sat.0.to": "00:00"}).status_code == 303
    drawn = filled(site.look(path).text)
    assert (drawn["hours_fri.0.from"], drawn["hours_fri.0.to"]) == ("22:00", "06:00")
    assert (drawn["hours_sat.0.from"], drawn["hours_sat.0.to"]) == ("18:00", "00:00")
    assert "Thứ bảy 18:00-24:00" in site.look(path).text
    assert site.post(path, path, {"hours_fri.0.from": ""}).status_code == 303
    assert "18:00" not in site.look(path).text


def test_the_same_by_the_api(site: Site) -> None:
    site.look(NOTICES)
    token = site.client.get("/api/v1/me").json()["csrf_token"]
    headers = {"X-CSRF-Token": token}
    kept = site.client.get("/api/v1/admin/settings/notices").json()
    assert {each["group"] for each in site.client.get("/api/v1/admin/settings").json()["items"]} == set(FORMS)
    body = {"values": {**kept["values"], "digest_hour": 8}}
    foreseen = site.client.post("/api/v1/admin/settings/notices/preview", json=body, headers=headers).json()
    assert (foreseen["before"]["digest_hour"], foreseen["after"]["digest_hour"]) == (7, 8)
    put: dict[str, Any] = {"json": {**body, "version": kept["version"]}, "headers": headers}
    assert site.client.put("/api/v1/admin/settings/notices", **put).json()["values"]["digest_hour"] == 8
    stale: dict[str, Any] = {**put, "json": {**put["json"], "values": {**kept["values"], "digest_hour": 9}}}
    refused = site.client.put("/api/v1/admin/settings/notices", **stale)
    assert refused.status_code == 409 and refused.json()["current"]["digest_hour"] == 8
    wrong = {**put, "json": {"values": {"digest_hour": 8}, "version": "x"}}
    assert site.client.put("/api/v1/admin/settings/notices", **wrong).status_code == 422


def test_groups_of_the_directory_and_masking_by_kind_are_chosen_by_name(site: Site) -> None:
    path = "/admin/settings/signin"
    rows = len(config(site)["sign_in"]["grants"])
    named = {f"sign_in.grants.{rows}.{key}": value for key, value in GRANT.items()}
    data = {**filled(site.look(path).text), **named, "act": "look"}
    looked = site.post(path, path, data)
    assert (
        looked.status_code == 200 and "can-bo-hepco" in looked.text and "danh bạ của thành phố" in looked.text
    )
    assert site.post(path, path, {**data, "act": "save"}).status_code == 303
    assert config(site)["sign_in"]["grants"][rows] == {**GRANT, "own_department": False, "area_group": None}
    wrong = site.post(path, path, {**data, f"sign_in.grants.{rows}.department": "", "act": "save"})
    assert wrong.status_code == 422 and "cần một đơn vị" in wrong.text

    path = "/admin/settings/words"
    before = config(site)["masking"]["categories"]
    row = f"masking.categories.{len(before)}"
    data = {**filled(site.look(path).text), f"{row}.code": "litter", f"{row}.identifiers": "0", "act": "save"}
    page = unescape(site.post(path, path, {**data, "act": "look"}).text)
    foreseen = page.split('id="foreseen"')[1].split("</section>")[0]
    assert "Rác thải" in foreseen and "litter" not in foreseen
    assert site.post(path, path, data).status_code == 303
    assert config(site)["masking"]["categories"] == {**before, "litter": {"identifiers": False}}


GRANT = {"value": "can-bo-hepco", "role": "executor", "department": "hepco"}
