"""The queue's page: its groups and filters, further pages, and actions over several cases at once."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from service.models import Report
from service.pages.queue import lists as lists_page
from service.pages.queue import queue as queue_page
from service.web.viewer import SESSION_COOKIE
from tests.api.desk import Desk, open_desk
from tests.conftest import Servers
from tests.pages.html import Page
from tests.support.site import HTML, TOKEN

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def desk(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(servers, f"queue_{servers.worker}", tmp_path_factory.mktemp("media")) as made:
        yield made


def look(desk: Desk, name: str, path: str = "/queue", **headers: str) -> httpx.Response:
    """A page as this person's browser asks for it."""
    desk.client.cookies.clear()
    if name:
        desk.client.cookies.set(SESSION_COOKIE, desk.cookie(name)["Cookie"].split("=", 1)[1])
    return desk.client.get(path, headers={**HTML, "Accept-Language": "vi", **headers})


def send(desk: Desk, name: str, path: str, data: Mapping[str, Any], **more: Any) -> httpx.Response:
    """The page's form, with its token."""
    token = TOKEN.search(look(desk, name).text)
    assert token
    return desk.client.post(path, data={**data, "csrf_token": token[1]}, headers=HTML, **more)


def codes(answer: httpx.Response) -> list[str]:
    return re.findall(r'class="queue-row" data-code="([^"]+)"', answer.text)


def due(desk: Desk, days: float, **columns: Any) -> Report:
    status = str(columns.pop("status", "in_progress"))
    at = NOW - timedelta(days=30)
    return desk.report(status, at=at, due_at=NOW + timedelta(days=days), **columns)


def test_who_may_enter(desk: Desk) -> None:
    answer = look(desk, "")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fqueue"
    for name in desk.cast.everyone():
        assert look(desk, name).status_code == 200, name


def test_everybody_sees_what_they_hold_the_most_pressing_first(desk: Desk) -> None:
    later, late = due(desk, 40), due(desk, -2, status="assigned")
    waiting = due(desk, -1, status="waiting", paused_at=NOW - timedelta(days=3))
    handed, elsewhere = due(desk, 40, executor="telecom"), due(desk, -5, lead="ward-W2")
    shown = codes(look(desk, "department"))
    assert {late.code, waiting.code, later.code} <= set(shown)
    assert shown.index(late.code) < shown.index(later.code) < shown.index(waiting.code)
    assert elsewhere.code not in shown
    assert elsewhere.code in codes(look(desk, "other_department"))
    assert handed.code in codes(look(desk, "executor"))
    assert 'name="case"' in look(desk, "department").text
    assert 'name="case"' not in look(desk, "executor").text, "nothing to tick for who has no bulk actions"
    assert later.code not in codes(look(desk, "executor"))
    assert {late.code, elsewhere.code} <= set(codes(look(desk, "triage")))


def test_a_strangers_queue_is_nobodys_file(desk: Desk) -> None:
    for name, path in (("administrator", "queue"), ("department", "desk"), ("executor", "manage")):
        assert look(desk, name, f"/downloads/new?list={path}").status_code == 404, (name, path)
    for path in ("queue", "desk", "manage"):
        assert look(desk, "", f"/downloads/new?list={path}").headers["location"].startswith("/login")
    assert look(desk, "department", "/downloads/new?list=queue&group=someday").status_code == 422
    due(desk, 5)
    shown, found = look(desk, "administrator"), look(desk, "administrator", "/find?q=excel")
    assert "/downloads/new" not in shown.text and "/downloads/new" not in found.text


def test_a_file_says_what_narrows_it(desk: Desk) -> None:
    kind, ward = desk.reference.category_by_code["noise"], next(iter(desk.reference.ward_by_code.values()))
    page = look(desk, "triage", f"/downloads/new?list=reports&category=noise&ward={ward.code}&q=ồn").text
    assert f"Đã lọc theo: {kind.name['vi']} · {ward.full_name} · “ồn”" in html.unescape(page)
    assert "Đã lọc theo" not in look(desk, "triage", "/downloads/new?list=reports").text


def test_chips_narrow_and_count(desk: Desk) -> None:
    late, paused = due(desk, -2), due(desk, 3, status="waiting")
    mine = due(desk, 40, holder_id=desk.person("department").account.id, category="noise")
    assert codes(look(desk, "department", "/queue?scope=mine")) == [mine.code]
    assert mine.code not in codes(look(desk, "department", "/queue?scope=free"))
    only_late = look(desk, "department", "/queue?group=late")
    assert late.code in codes(only_late) and paused.code not in codes(only_late)
    assert paused.code in codes(look(desk, "department", "/queue?group=paused"))
    assert codes(look(desk, "department", "/queue?status=waiting&group=late")) == []
    assert codes(look(desk, "department", "/queue?category=noise")) == [mine.code]
    assert codes(look(desk, "department", f"/queue?q={late.code}")) == [late.code]
    assert "Bỏ lọc" in look(desk, "department", "/queue?q=khong-co-gi-nhu-the").text
    helped = due(desk, 9, lead="ward-W2", supports=["city-cables"])
    assert codes(look(desk, "department", "/queue?scope=support")) == [helped.code]
    for wrong in ("scope=x", "group=x", "category=nowhere"):
        assert look(desk, "department", f"/queue?{wrong}").status_code == 422
    assert look(desk, "department", "/queue?cursor=x").status_code == 400


def test_headings_count_what_the_filters_leave(desk: Desk) -> None:
    for words, status in (
        ("Rác cầu Kho Rèn", "assigned"),
        ("Rác cầu Kho Rèn", "in_progress"),
        ("Khác", "assigned"),
    ):
        due(desk, -2, status=status, description=words)
    for narrowed in ("status=assigned&q=kho+rèn", "q=kho+ren&status=assigned&group=late"):
        answer = look(desk, "department", f"/queue?{narrowed}")
        assert len(codes(answer)) == 1
        heading = re.search(r'id="g-late">.*?number">([^<]+)<', answer.text, re.DOTALL)
        assert heading and heading[1] == "1", narrowed


def test_the_acceptance_deadline_is_told_until_it_is_accepted(desk: Desk) -> None:
    by = NOW - timedelta(hours=1)
    overdue = due(desk, 9, status="assigned", accept_due_at=by)
    soon = due(desk, 9, status="assigned", accept_due_at=NOW + timedelta(days=1))
    taken = due(desk, 9, accept_due_at=by)
    for report, words in ((overdue, "Quá hạn tiếp nhận"), (soon, "Tiếp nhận trước"), (taken, "")):
        row = look(desk, "department", f"/queue?q={report.code}").text
        assert codes(look(desk, "department", f"/queue?q={report.code}")) == [report.code]
        for each in ("Quá hạn tiếp nhận", "Tiếp nhận trước"):
            assert (each in row) is (each == words), (report.status, each)


def test_a_case_that_left_the_list_is_told_as_what_it_is(desk: Desk) -> None:
    for status, words in (("resolved", "đã xử lý, chờ kiểm tra"), ("closed", "hoàn thành")):
        report = due(desk, 9, status=status)
        text = html.unescape(look(desk, "department", f"/queue?left={report.code}").text)
        assert f"{report.code}: {words}" in text, status
    gone = due(desk, 9, lead="ward-W2", supports=["city-cables"])
    assert f"{gone.code} đã chuyển" in look(desk, "department", f"/queue?left={gone.code}").text
    strange = due(desk, 9, lead="ward-W2")
    assert f"{strange.code} đã chuyển" not in look(desk, "department", f"/queue?left={strange.code}").text


def test_pages_follow_one_another_through_the_groups(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for days in (-3, -2, 40, 41, 42):
        due(desk, days, lead="cables-room")
    monkeypatch.setattr(queue_page, "PAGE", 2)
    seen: list[str] = []
    path = "/queue"
    while True:
        part = look(desk, "room", path, **{"HX-Request": "true"})
        assert "<html" not in part.text
        seen += codes(part)
        if (more := re.search(r'hx-get="([^"]+)"', part.text)) is None:
            break
        path = more[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == len(codes(look(desk, "room"))) + 3 == 5


def test_an_empty_queue_says_so(desk: Desk) -> None:
    assert "Không còn việc nào chờ bạn" in look(desk, "other_executor").text


def test_a_page_holds_nothing_inline_and_no_id_twice(desk: Desk) -> None:
    due(desk, -2)
    page = Page(look(desk, "department").text)
    assert page.inline() == []
    assert len(page.ids()) == len(set(page.ids()))


def test_each_case_of_a_bulk_action_stands_for_itself(desk: Desk) -> None:
    good, stale, begun = due(desk, 5, status="assigned"), due(desk, 5, status="assigned"), due(desk, 5)
    foreign = due(desk, 5, status="assigned", lead="ward-W2")
    ticked = [f"{good.code}:1", f"{stale.code}:7", f"{begun.code}:1", f"{foreign.code}:1", "x", "HUE:0"]
    answer = send(desk, "department", "/queue/bulk?group=week", {"act": "accept", "case": ticked})
    assert answer.status_code == 200
    assert desk.read(good).status == "in_progress"
    assert desk.read(good).holder_id == desk.person("department").account.id
    assert (desk.read(stale).status, desk.read(foreign).status) == ("assigned", "assigned")
    results = answer.text.split("Kết quả")[1].split("</section>")[0]
    assert results.count("<li") == 4
    assert results.count("tone-green") == 1
    assert "phiên bản" in results


def test_handing_on_and_giving_away(desk: Desk) -> None:
    first, second = due(desk, 5, status="assigned"), due(desk, 5, status="assigned")
    ticked = [f"{first.code}:1", f"{second.code}:1"]
    sent: dict[str, Any] = {"act": "hand_on", "case": ticked, "lead": "ward-W2", "reason": ""}
    refused = send(desk, "department", "/queue/bulk", sent)
    assert refused.text.count("Cần nêu lý do") == 2
    send(desk, "department", "/queue/bulk", {**sent, "reason": "Thuộc phường"})
    assert {desk.read(each).lead_id for each in (first, second)} == {
        desk.reference.department_by_code["ward-W2"].id
    }
    third = due(desk, 5)
    send(desk, "department", "/queue/bulk", {"act": "holder", "case": f"{third.code}:1", "holder": "manager"})
    assert desk.read(third).holder_id == desk.person("manager").account.id
    more: Mapping[str, Any]
    for more in ({"act": "accept"}, {"act": "nothing", "case": f"{third.code}:2"}):
        assert send(desk, "department", "/queue/bulk", more).status_code == 200


def test_a_bulk_action_needs_the_token_and_somebody_signed_in(desk: Desk) -> None:
    report = due(desk, 5, status="assigned")
    look(desk, "department")
    assert desk.client.post("/queue/bulk", data={"act": "accept"}, headers=HTML).status_code == 403
    desk.client.cookies.clear()
    assert desk.client.post("/queue/bulk", data={"act": "accept"}, headers=HTML).status_code == 401
    assert desk.read(report).status == "assigned"


def test_requests_for_more_time_stand_above_the_managers_queue(desk: Desk) -> None:
    report = due(desk, 0.2, policy="urgent")
    more = {"amount": 1, "unit": "hours", "reason": "Chờ xe nâng", "version": 1}
    path = f"/reports/{report.id}/extension-requests"
    assert desk.call("POST", path, desk.as_staff("department"), more).status_code == 201
    assert "Chờ xe nâng" in look(desk, "manager").text
    assert "Chờ xe nâng" not in look(desk, "other_manager").text
    row = look(desk, "department", f"/queue?q={report.code}").text
    assert "Đang xin gia hạn" in row


@pytest.mark.parametrize("narrow", ["", "scope=mine", "scope=support", "group=late", "group=later", "q=cap"])
def test_the_queue_is_taken_away_as_it_is_shown(desk: Desk, narrow: str) -> None:
    """Each in its own way, and nobody another's: what the list shows is what the file holds."""
    due(desk, -2), due(desk, 50), due(desk, 50, holder_id=desk.person("department").account.id)
    due(desk, -3, lead="ward-W2", supports=["city-cables"])
    for name in ("department", "triage", "executor"):
        shown = look(desk, name, f"/queue?{narrow}")
        taken = {
            "list": "queue",
            "format": "csv",
            **dict(part.split("=") for part in narrow.split("&") if part),
        }
        file = send(desk, name, "/downloads", taken)
        assert file.status_code == 200, file.text[:300]
        lines = csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline=""), delimiter=";")
        found = [line[0] for line in lines if len(line) > 1]
        assert found[0] == "Mã phản ánh"
        assert sorted(found[1:]) == sorted(codes(shown)), name
        if codes(shown):
            link = f"/downloads/new?list=queue{'&amp;' + narrow if narrow else ''}"
            assert f'href="{link}"' in shown.text
            assert look(desk, name, html.unescape(link)).status_code == 200


def test_lists_of_work_stand_beside_the_queue(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists_page, "PAGE", 1)
    for _ in range(2):
        due(desk, 5, lead="ward-W2", supports=["city-cables"])
    assert 'href="/queue/lists"' in look(desk, "department").text
    for name in desk.cast.everyone():
        assert look(desk, name, "/queue/lists").status_code == 200, name
    assert look(desk, "", "/queue/lists").status_code == 303
    assert look(desk, "triage", "/queue/lists?list=mine").status_code == 422
    shown = look(desk, "department", "/queue/lists?list=supports")
    assert 'aria-current="true"' in shown.text and "Tôi phối hợp" in shown.text
    further = re.search(r'hx-get="([^"]+)"', shown.text)
    assert further
    more = look(desk, "department", html.unescape(further[1]), **{"HX-Request": "true"})
    assert "<html" not in more.text
    listed = re.findall(r'<a href="/case/([^"]+)">', shown.text + more.text)
    assert len(listed) == len(set(listed)) == 2
    narrowed = look(desk, "department", "/queue/lists?list=supports&month=2001-01")
    assert "Không có phản ánh nào khớp" in narrowed.text
