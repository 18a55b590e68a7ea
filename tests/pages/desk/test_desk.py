"""The desk's pages: who may enter, the queue and its filters, a case's panes, steps and what they answer."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from sqlalchemy import delete, select

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.reports.reports import ContactDraft
from service.models import Contact, ContactReading, Report, SavedFilter, Status
from service.pages.desk.desk import PAGE
from tests.pages.html import Page
from tests.pages.report.test_report import inputs
from tests.support.factories import make_report
from tests.support.site import HTML, TOKEN, Site

PART = {**HTML, "HX-Request": "true"}
NEW = "/desk/new?draft=5f8f4f0c-6d0e-4c3f-9a56-0b9a3f1d2c77"
THUAN_HOA = (107.5815, 16.4610)


@pytest.fixture
def desk(site: Site) -> Iterator[Site]:
    """The site with the demo's coordinator signed in."""
    site.enter("triage")
    yield site
    site.client.cookies.clear()


def made(site: Site, status: str = "triage", **columns: Any) -> Report:
    with unit_of_work(site.engine) as session:
        reference = load_reference(session)
        values = {"lead": "ubnd-thuan-hoa", "place": THUAN_HOA, "at": datetime.now(UTC), **columns}
        if values["lead"] not in reference.department_by_code:
            values["lead"] = next(iter(reference.department_by_code))
        if status in ("resolved", "closed"):
            values["resolved_at"] = values["at"]
        return make_report(session, reference, status, **values)


def act(site: Site, report: Report, what: str, **fields: str) -> httpx.Response:
    """A form of the case's panes as the script sends it."""
    text = site.client.get(f"/desk/case/{report.code}", headers=PART).text
    token = TOKEN.search(text)
    assert token, text
    data = {"csrf_token": token[1], "version": str(report.version), **fields}
    return site.client.post(f"/desk/case/{report.code}/{what}", data=data, headers=PART)


@pytest.mark.parametrize("role", ["department", "executor", "inspector", "manager", "administrator"])
def test_for_others_there_is_no_desk(site: Site, role: str) -> None:
    site.enter(role)
    for path in ("/desk", "/desk/new", f"/desk/case/{made(site).code}"):
        assert site.look(path).status_code == 404, path
    site.client.cookies.clear()


def test_a_stranger_is_led_to_the_door_and_back(site: Site) -> None:
    answer = site.get("/desk?kind=spam")
    assert answer.url.path == "/login" or answer.status_code == 303


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", ["/desk", "/desk?kind=outside", "/desk?q=xyzzy", NEW, "/desk?case={}"])
def test_pages_are_whole(desk: Site, language: str, path: str) -> None:
    answer = desk.look(path.format(made(desk).code), language)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.inline() == []
    assert len(page.ids()) == len(set(page.ids()))
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", answer.text, re.DOTALL)
    assert all('name="csrf_token"' in form for form in forms)


@pytest.mark.parametrize("status", Status)
def test_a_case_is_drawn_in_every_status(desk: Site, status: str) -> None:
    report = made(desk, status)
    text = desk.client.get(f"/desk/case/{report.code}", headers=PART).text
    assert f'data-file="{report.code}"' in text
    assert "<html" not in text
    assert len(Page(text).ids()) == len(set(Page(text).ids()))


def test_without_scripts_a_row_leads_to_the_case_page(desk: Site) -> None:
    report = made(desk)
    assert f'href="/case/{report.code}"' in desk.look("/desk").text


def test_the_queue_alone_for_a_script(desk: Site) -> None:
    text = desk.client.get("/desk", headers=PART).text
    assert "<html" not in text
    assert 'id="desk-list"' in text


def test_as_many_rows_are_drawn_anew_as_were_loaded(desk: Site) -> None:
    codes = {made(desk).code for _ in range(PAGE + 3)}
    first = desk.client.get("/desk", headers=PART).text
    assert first.count("data-row=") == PAGE
    whole = desk.client.get(f"/desk?rows={PAGE + 40}", headers=PART).text
    assert {code for code in codes if f'data-row="{code}"' in whole} == codes
    assert not re.search("[?;&]rows=", whole)  # further pages and filters are pages of the usual length
    assert desk.look("/desk?rows=1001").status_code == 422
    with unit_of_work(desk.engine) as session:
        session.execute(delete(Report).where(Report.code.in_(codes)))


def test_wrong_filters_are_refused_with_words(desk: Site) -> None:
    assert desk.look("/desk?kind=nothing").status_code == 422
    assert desk.look("/desk?cursor=x").status_code == 400


@pytest.mark.parametrize("narrow", ["", "kind=refused", "category=litter"])
def test_the_desk_is_taken_away_as_it_is_shown(desk: Site, narrow: str) -> None:
    shown = re.findall(r'data-row="([^"]+)"', desk.look(f"/desk?{narrow}").text)
    door = f"/downloads/new?list=desk{'&' + narrow if narrow else ''}"
    assert f'href="{html.escape(door)}"' in desk.look(f"/desk?{narrow}").text
    file = desk.post(door, "/downloads", {"list": "desk", "format": "geojson", **dict(parse_qsl(narrow))})
    assert sorted(one["properties"]["code"] for one in file.json()["features"]) == sorted(shown)


def test_one_step_and_what_is_said_of_it(desk: Site) -> None:
    report = made(desk)
    with unit_of_work(desk.engine) as session:
        lead = next(iter(load_reference(session).department_by_code))
    answer = act(desk, report, "assign", lead=lead)
    assert answer.status_code == 200
    assert "data-done=" in answer.text
    assert desk.found(report.code).status == "assigned"


def test_a_refused_step_keeps_what_was_typed(desk: Site) -> None:
    report = made(desk)
    answer = act(desk, report, "merge", other="HUE-2222-22", reason="Cùng chỗ đó")
    assert answer.status_code == 422
    assert "Cùng chỗ đó" in answer.text
    assert 'data-refused-act="merge"' in answer.text
    assert act(desk, report, "dance").status_code == 422


def test_a_stale_version_is_told_and_nothing_is_overwritten(desk: Site) -> None:
    report = made(desk)
    act(desk, report, "reject", reason="Không phải phản ánh")
    late = act(desk, report, "assign", lead="x")
    assert late.status_code == 409
    assert 'role="alert"' in late.text
    assert desk.found(report.code).status == "rejected"


def test_without_scripts_a_step_leads_back(desk: Site) -> None:
    report = made(desk)
    data = {"version": "1", "reason": "Không phải phản ánh"}
    answer = desk.post(f"/desk?case={report.code}", f"/desk/case/{report.code}/reject", data)
    assert answer.url.params.get("case", report.code) == report.code
    assert desk.found(report.code).status == "rejected"


def test_a_step_can_be_taken_back_before_anybody_is_told(desk: Site) -> None:
    report = made(desk)
    answer = act(desk, report, "reject", reason="Không phải phản ánh", hold="1")
    assert "Sẽ thực hiện sau 10 giây" in html.unescape(answer.text)
    assert 'data-open="desk-reject"' not in answer.text
    queue = desk.look("/desk").text
    assert f'data-held="{report.code}"' in queue
    assert f'data-row="{report.code}"' not in queue
    assert desk.found(report.code).status == "triage"
    assert act(desk, report, "reject", reason="Lý do khác", hold="1").status_code == 409

    assert f'data-held="{report.code}"' in desk.look(f"/case/{report.code}").text
    at_case = desk.post(f"/case/{report.code}", f"/desk/held/{report.code}/undo", {"at": "case"})
    assert at_case.headers["location"] == f"/case/{report.code}"
    assert f'data-held="{report.code}"' not in desk.look(f"/case/{report.code}").text
    act(desk, report, "reject", reason="Không phải phản ánh", hold="1")
    undone = desk.post(f"/desk?case={report.code}", f"/desk/held/{report.code}/undo", {})
    assert undone.status_code == 303
    queue = desk.look("/desk").text
    assert f'data-row="{report.code}"' in queue
    assert f'data-held="{report.code}"' not in queue
    refused = act(desk, report, "reject", reason="", hold="1")
    assert refused.status_code == 422
    chosen = [f"{each.code}:1" for each in (report, made(desk))]
    told = desk.post("/desk", "/desk/bulk", {"act": "reject", "case": chosen, "reason": "Thử", "hold": "1"})
    assert "Sẽ làm xong 2 phản ánh sau 10 giây" in told.text
    assert "data-undo-all" in desk.look("/desk").text
    desk.post("/desk", "/desk/held/undo", {})
    assert "data-held" not in desk.look("/desk").text


def test_a_case_is_taken_and_put_off(desk: Site) -> None:
    report = made(desk)
    page = f"/desk?case={report.code}"
    desk.post(page, f"/desk/keep/{report.code}/take", {"instead": ""})
    assert f'data-row="{report.code}"' in desk.look("/desk?show=mine").text
    again = act(desk, report, "take")
    assert again.status_code == 422, "it is no step of the case"
    late = desk.client.get(f"/desk/case/{report.code}", headers=PART).text
    assert "Thôi nhận" in html.unescape(late)
    token = TOKEN.search(late)
    assert token
    for data in ({"choice": "at", "at": "mai"}, {"choice": ""}):
        sent = {"csrf_token": token[1], **data}
        refused = desk.client.post(f"/desk/keep/{report.code}/later", data=sent, headers=PART)
        assert refused.status_code == 422
        assert 'data-refused-act="later"' in refused.text
    stale = desk.client.post(f"/desk/keep/{report.code}/take", data={"csrf_token": token[1]}, headers=PART)
    assert stale.status_code == 409
    desk.post(page, f"/desk/keep/{report.code}/later", {"choice": "morning"})
    assert f'data-row="{report.code}"' not in desk.look("/desk").text
    assert f'data-row="{report.code}"' in desk.look("/desk?show=later").text
    desk.post(page, f"/desk/keep/{report.code}/back", {})
    assert f'data-row="{report.code}"' in desk.look("/desk").text


def test_several_at_once_each_by_itself(desk: Site) -> None:
    good, stale, also = made(desk), made(desk), made(desk)
    chosen = [f"{good.code}:1", f"{stale.code}:7", f"{also.code}:1"]
    data = {"act": "reject", "case": chosen, "reason": "Thư rác"}
    answer = desk.post("/desk", "/desk/bulk", data)
    assert [desk.found(each.code).status for each in (good, stale, also)] == [
        "rejected",
        "triage",
        "rejected",
    ]
    assert stale.code in answer.text
    for wrong in ({"act": "close", "case": chosen}, {"act": "reject"}):
        assert desk.post("/desk", "/desk/bulk", wrong).status_code == 422


def test_several_are_merged_into_the_earliest_or_the_one_that_is_named(desk: Site) -> None:
    ago = [datetime.now(UTC) - timedelta(days=days) for days in (4, 3, 2, 1)]
    first, second, third, fourth = (made(desk, at=at) for at in ago)
    chosen = [f"{each.code}:1" for each in (third, first, second)]
    answer = desk.post("/desk", "/desk/bulk", {"act": "merge", "case": chosen, "reason": ""})
    assert answer.status_code == 200
    found = [desk.found(each.code) for each in (first, second, third)]
    assert [each.status for each in found] == ["triage", "duplicate", "duplicate"]
    assert {each.duplicate_of_id for each in found[1:]} == {first.id}

    named = {"act": "merge", "case": [f"{fourth.code}:1"], "duplicate_of": first.code.lower()}
    assert desk.post("/desk", "/desk/bulk", named).status_code == 200
    assert desk.found(fourth.code).duplicate_of_id == first.id
    alone = {"act": "merge", "case": [f"{first.code}:1"]}
    refused = desk.post("/desk", "/desk/bulk", alone)
    assert refused.status_code == 422
    unknown = desk.post("/desk", "/desk/bulk", {**alone, "duplicate_of": "không có"})
    assert first.code in unknown.text and "data-bulk-refused" in unknown.text


def test_several_follow_their_own_suggestions(desk: Site) -> None:
    with unit_of_work(desk.engine) as session:
        ward = next(view for view in load_reference(session).wards.values() if view.name == "Thuận Hóa")
    known, unknown = made(desk, ward_id=ward.id), made(desk)
    data = {"act": "assign", "case": [f"{known.code}:1", f"{unknown.code}:1"]}
    desk.post("/desk", "/desk/bulk", data)
    assert desk.found(known.code).status == "assigned"
    assert desk.found(unknown.code).status == "triage"


def test_the_sender_is_shown_only_for_a_purpose_that_is_kept(desk: Site) -> None:
    report = made(desk, contact=ContactDraft("Nguyễn Thị Lan", "+84905123456", None))
    page = f"/desk?case={report.code}"
    text = desk.look(page).text
    assert "0905123456" not in text
    assert "+84905123456" not in text
    assert re.search(r"Người gửi [2-9A-Z]{4}", text)
    refused = desk.post(page, f"/desk/contact/{report.code}", {"purpose": ""})
    assert refused.status_code == 422
    shown = desk.post(page, f"/desk/contact/{report.code}", {"purpose": "Gọi hỏi chỗ"})
    assert "Nguyễn Thị Lan" in shown.text
    with unit_of_work(desk.engine) as session:
        kept = session.scalars(select(ContactReading).where(ContactReading.report_id == report.id)).all()
    assert [each.purpose for each in kept] == ["Gọi hỏi chỗ"]


def test_filters_are_kept_and_deleted(desk: Site) -> None:
    answer = desk.post("/desk?category=litter", "/desk/filters", {"name": "Rác", "query": "category=litter"})
    assert answer.status_code in (200, 303)
    assert "Rác" in desk.look("/desk").text
    with unit_of_work(desk.engine) as session:
        kept = session.scalars(select(SavedFilter.id).where(SavedFilter.name == "Rác")).one()
    desk.post("/desk", f"/desk/filters/{kept}/delete", {})
    with unit_of_work(desk.engine) as session:
        assert session.get(SavedFilter, kept) is None


def test_a_caller_is_taken_down_and_hears_their_code(desk: Site) -> None:
    data = {
        "channel": "phone",
        "category": "",
        "description": "Rác ở đầu hẻm",
        "lon": str(THUAN_HOA[0]),
        "lat": str(THUAN_HOA[1]),
        "name": "Bà Sáu",
        "phone": "0905 123 456",
    }
    with unit_of_work(desk.engine) as session:
        reference = load_reference(session)
        parents = {view.parent_id for view in reference.categories.values()}
        leaves = [view for view in reference.categories.values() if view.id not in parents and view.active]
        plain = [view for view in leaves if not any(q.get("required") for q in view.questions)]
        data["category"] = plain[0].code
    refused = desk.post(NEW, "/desk/new", data)
    assert refused.status_code == 422
    assert "Bà Sáu" in refused.text
    done = desk.post(NEW, "/desk/new", {**data, "consent": "1"}, follow_redirects=True)
    code = re.search(r"data-taken>([^<]+)<", done.text)
    assert code, done.text
    report = desk.found(code[1])
    assert (report.channel, report.description) == ("phone", "Rác ở đầu hẻm")
    with unit_of_work(desk.engine) as session:
        assert session.get_one(Contact, report.id).consent_at is not None


def test_going_back_to_the_form_takes_nothing_down_twice(desk: Site) -> None:
    """The address holds the id: a second press, and one after reloading the page, are the same report."""
    first = desk.client.get("/desk/new?category=litter", follow_redirects=False)
    assert first.status_code == 303 and "category=litter" in first.headers["location"]
    address = first.headers["location"]
    opened, again = desk.look(address).text, desk.look(address).text
    draft = inputs(opened, "id")["id"]
    assert inputs(again, "id")["id"] == draft and draft in address
    words = f"Gọi một lần {draft}"
    data = {"channel": "phone", "category": "litter", "description": words, "ward": "19789", "id": draft}
    sent = [desk.post(address, "/desk/new", data) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [303, 303]
    codes = {re.search("taken=([^&]+)", answer.headers["location"])[1] for answer in sent}  # type: ignore[index]
    assert len(codes) == 1

    other = desk.post(address, "/desk/new", {**data, "description": "Việc khác"})
    assert other.status_code == 409 and "Việc khác" in other.text
    fresh = inputs(other.text, "id")["id"]
    assert fresh != draft
    assert (
        desk.post(address, "/desk/new", {**data, "description": "Việc khác", "id": fresh}).status_code == 303
    )
    with unit_of_work(desk.engine) as session:
        assert len(session.scalars(select(Report.id).where(Report.description == words)).all()) == 1
    for odd in ("", "draft=nonsense"):
        assert desk.client.get(f"/desk/new?{odd}", follow_redirects=False).status_code == 303


def test_split_from_the_desk(desk: Site) -> None:
    report = made(desk)
    answer = act(desk, report, "split", category="litter", description="Việc thứ hai")
    assert answer.status_code == 200, answer.text
    with unit_of_work(desk.engine) as session:
        made_of_it = session.scalars(select(Report).where(Report.split_from_id == report.id)).one()
    assert made_of_it.code in answer.text
    assert act(desk, report, "split", category="litter", description="").status_code == 422


def test_a_colleague_is_seen(desk: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # Presence is given up after a fifth of a second, which a busy machine may need for a first connection.
    monkeypatch.setattr("service.web.presence.PATIENCE_S", 20)
    report = made(desk)
    desk.client.get(f"/desk/case/{report.code}", headers=PART)
    with unit_of_work(desk.engine) as session:
        from service.domain.people.staff import NewAccount, add_account

        reference = load_reference(session)
        name = f"second.{report.code.lower()}"
        add_account(
            session, reference, NewAccount(name, "Người Thứ Hai", "triage"), None, at=datetime.now(UTC)
        )
    desk.client.cookies.clear()
    from service.web.viewer import SESSION_COOKIE

    desk.client.cookies.set(SESSION_COOKIE, desk.token(name))
    text = desk.client.get(f"/desk/here/{report.code}", headers=PART).text
    assert "cũng đang xem" in text
    assert f'data-version="{report.version}"' in text


def test_readers_flag_from_the_reports_page(site: Site) -> None:
    report = made(site, "assigned")
    site.client.cookies.clear()
    answer = site.post(f"/r/{report.code}", f"/r/{report.code}/flag", {"reason": "offensive", "note": "Tục"})
    assert answer.status_code in (200, 303)
    with unit_of_work(site.engine) as session:
        from service.domain.reports.flags import read_flags

        assert read_flags(session, report.id).notes == ["Tục"]
    refused = site.post(f"/r/{report.code}", f"/r/{report.code}/flag", {"reason": ""})
    assert refused.status_code == 422


def test_a_kind_is_found_by_the_one_above_it_and_by_what_people_call_it(desk: Site) -> None:
    with unit_of_work(desk.engine) as session:
        reference = load_reference(session)
    kind = next(each for each in reference.categories.values() if each.parent_id and each.keywords)
    above = reference.categories[kind.parent_id or 0]
    report = made(desk)
    for path in (NEW, f"/desk/case/{report.code}"):
        text = html.unescape(desk.look(path).text)
        options = re.findall(rf'<option value="{re.escape(kind.code)}"([^>]*)>', text)
        assert options, path
        assert all(f'data-groups="{above.name["vi"]}; {kind.keywords[0]}' in each for each in options), path
