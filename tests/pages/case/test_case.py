"""A case's page: who may see it, what each may do, forms that keep what was typed, nothing overwritten."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import select, update

from service.db import unit_of_work
from service.domain.reports.events import SYSTEM, record
from service.domain.reports.reports import ContactDraft
from service.domain.talks.groups.done import claim_done
from service.models import (
    City,
    Comment,
    CompanyGroup,
    ContactReading,
    Department,
    Event,
    EventType,
    GroupPost,
    Photo,
    ReplyTemplate,
    Report,
    RoutingRule,
    RuleRefusal,
    Staff,
)
from service.web.viewer import SESSION_COOKIE
from tests.api.desk import Desk, open_desk
from tests.conftest import Servers
from tests.pages.html import Page
from tests.support.photo_stage import jpeg
from tests.support.site import HTML, TOKEN

NOW = datetime.now(UTC)
HERE = ZoneInfo("Asia/Ho_Chi_Minh")
APART = (107.533, 16.433)
REPORTER = ContactDraft(name="Bà Tôn Nữ Kín", phone="+84905123456", email=None)


@pytest.fixture(scope="module")
def desk(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(servers, f"case_{servers.worker}", tmp_path_factory.mktemp("media")) as made:
        yield made


def case(desk: Desk, status: str = "in_progress", **columns: Any) -> Report:
    """A case of city-cables, due in ten days."""
    values = {"at": NOW - timedelta(days=1), "due_at": NOW + timedelta(days=10), **columns}
    return desk.report(status, **values)


def enter(desk: Desk, name: str) -> None:
    desk.client.cookies.clear()
    if name:
        desk.client.cookies.set(SESSION_COOKIE, desk.cookie(name)["Cookie"].split("=", 1)[1])


def look(desk: Desk, name: str, report: Report, rest: str = "") -> httpx.Response:
    """The page as this person's browser asks for it."""
    enter(desk, name)
    return desk.client.get(f"/case/{report.code}{rest}", headers={**HTML, "Accept-Language": "vi"})


def send(
    desk: Desk, name: str, report: Report, action: str, data: Mapping[str, Any], **options: Any
) -> httpx.Response:
    """A form of the page, drawn just now unless `data` tells another version."""
    shown = look(desk, name, report).text
    token, version = TOKEN.search(shown), re.search(r'name="version" value="(\d+)"', shown)
    seen = re.search(r'name="seen" value="(\d+)"', shown)
    assert token and version and seen
    sent = {"csrf_token": token[1], "version": version[1], "seen": seen[1], **data}
    return desk.client.post(f"/case/{report.code}/{action}", data=sent, headers=HTML, **options)


def offered(page: httpx.Response) -> set[str]:
    """The steps whose forms stand on the page."""
    return set(re.findall(r'name="step" value="(\w+)"', page.text))


def filled_buttons(page: httpx.Response) -> int:
    main = page.text.split("<main")[1].split("</main>")[0]
    return len(re.findall(r'class="button button-main', main))


def last_event(desk: Desk, report: Report) -> Event:
    with unit_of_work(desk.engine) as session:
        query = select(Event).where(Event.report_id == report.id).order_by(Event.id.desc()).limit(1)
        return session.scalars(query).one()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("department", 200),
        ("manager", 200),
        ("executor", 200),
        ("triage", 200),
        ("inspector", 200),
        ("administrator", 200),
        ("other_department", 404),
        ("other_manager", 404),
        ("other_executor", 404),
        ("ward_inspector", 404),
        ("", 303),
    ],
)
def test_who_sees_the_case(desk: Desk, who: str, status: int) -> None:
    report = case(desk, executor="telecom", contact=REPORTER)
    answer = look(desk, who, report)
    assert answer.status_code == status
    assert look(desk, who, report, "/presence").status_code == status
    for secret in ("Tôn Nữ Kín", "905123456", "905 123 456"):
        assert secret not in answer.text
    if status == 200:
        page = Page(answer.text)
        assert page.inline() == []
        assert len(page.ids()) == len(set(page.ids()))
        forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", answer.text, re.DOTALL)
        assert all('name="csrf_token"' in form for form in forms)


def test_the_units_can_be_called_from_the_case(desk: Desk) -> None:
    """What a department tells of itself stands beside its part in the case."""
    report = case(desk, executor="telecom")
    with unit_of_work(desk.engine) as session:
        told = {"phone": "+842343822222", "email": "truc@vidu.vn"}
        session.execute(update(Department).where(Department.code == "city-cables").values(**told))
        session.execute(update(City).values(revision=City.revision + 1))
    limit = time.monotonic() + 20  # reference data may be a second old
    while 'href="tel:+842343822222"' not in (page := look(desk, "department", report).text):
        assert time.monotonic() < limit, page
        time.sleep(0.1)
    assert 'href="mailto:truc@vidu.vn"' in page


def test_no_such_case(desk: Desk) -> None:
    enter(desk, "triage")
    for path in ("/case/xx", "/case/SML-2222-22"):
        assert desk.client.get(path, headers=HTML).status_code == 404
    report = case(desk)
    spelled = desk.client.get(f"/case/{report.code.lower()}", headers=HTML)
    assert (spelled.status_code, spelled.headers["location"]) == (303, f"/case/{report.code}")


@pytest.mark.parametrize(
    ("who", "status", "steps"),
    [
        ("department", "assigned", {"accepted", "handed_on", "refused", "merged"}),
        ("department", "in_progress", {"resolved", "waiting", "handed_on", "rejected", "merged"}),
        ("department", "waiting", {"resumed", "rejected"}),
        ("department", "resolved", set()),
        ("executor", "assigned", {"contract", "decline"}),
        ("executor", "in_progress", {"resolved", "contract", "decline"}),
        ("inspector", "resolved", {"closed", "sent_back"}),
        ("triage", "triage", {"assigned", "rejected", "merged"}),
        ("triage", "closed", {"reopened"}),
        ("triage", "rejected", {"appealed"}),
        ("administrator", "in_progress", set()),
    ],
)
def test_each_is_offered_what_they_may_do_and_one_button_is_filled(
    desk: Desk, who: str, status: str, steps: set[str]
) -> None:
    page = look(desk, who, case(desk, status, executor="telecom"))
    assert offered(page) == steps
    assert filled_buttons(page) == (1 if steps or who == "executor" else 0)


def test_who_accepts_holds_the_case(desk: Desk) -> None:
    report = case(desk, "assigned")
    answer = send(desk, "department", report, "step", {"step": "accepted", "to": "in_progress"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/case/{report.code}?done=accepted")
    assert desk.read(report).status == "in_progress"
    assert "Bạn đang giữ" in look(desk, "department", report, "?done=accepted").text


def test_refusing_flags_the_rule(desk: Desk) -> None:
    with unit_of_work(desk.engine) as session:
        rule = session.scalars(select(RoutingRule.id).where(RoutingRule.number == 2)).one()
    report = case(desk, "assigned", rule_id=rule)
    empty = send(desk, "department", report, "step", {"step": "refused", "to": "triage"})
    assert empty.status_code == 422
    assert "Cần nêu lý do" in empty.text
    sent = {"step": "refused", "to": "triage", "reason": "Cột này của điện lực"}
    assert send(desk, "department", report, "step", sent).status_code == 303
    assert desk.read(report).status == "triage"
    with unit_of_work(desk.engine) as session:
        query = select(RuleRefusal.reason).where(RuleRefusal.report_id == report.id)
        assert session.scalars(query).all() == ["Cột này của điện lực"]


def test_resolving_with_several_photos_that_become_public_with_it(desk: Desk) -> None:
    report = case(desk)
    sent = {"step": "resolved", "to": "resolved", "public_reply": "Đã bó gọn.", "note": "Xong 2 tổ"}
    without = send(desk, "department", report, "step", sent)
    assert without.status_code == 422
    assert "Cần ít nhất một ảnh" in without.text and "Xong 2 tổ" in without.text
    files = [("photos", (f"{n}.jpg", jpeg(), "image/jpeg")) for n in (10, 200)]
    done = send(desk, "department", report, "step", sent, files=files)
    assert done.status_code == 303, done.text[-2000:]
    assert desk.read(report).status == "resolved"
    assert done.headers["location"] == f"/queue?left={report.code}", "on in the list, told what happened"
    with unit_of_work(desk.engine) as session:
        photos = session.scalars(select(Photo).where(Photo.report_id == report.id)).all()
        cited = session.scalars(
            select(Event.data["evidence"]).where(
                Event.report_id == report.id, Event.type == "report.resolved"
            )
        ).one()
        assert {str(photo.id) for photo in photos} == set(cited)
        assert [photo.published for photo in photos] == [True, True]
        kinds = session.execute(select(Comment.kind, Comment.public).where(Comment.report_id == report.id))
        assert set(map(tuple, kinds)) == {("reply", True), ("note", False)}


def test_photos_of_a_step_that_failed_wait_to_be_cited(desk: Desk) -> None:
    report = case(desk)
    stale = {"step": "resolved", "to": "resolved", "version": "9", "note": "Ảnh ở dưới"}
    files = [("photos", ("a.jpg", jpeg(), "image/jpeg"))]
    refused = send(desk, "department", report, "step", stale, files=files)
    assert refused.status_code == 409
    [waiting] = re.findall(r'name="evidence" value="([0-9a-f-]+)" checked', refused.text)
    assert desk.call("GET", f"/reports/{report.id}").json()["photos"] == []
    again = {"step": "resolved", "to": "resolved", "evidence": waiting}
    assert send(desk, "department", report, "step", again).status_code == 303
    assert desk.read(report).status == "resolved"


def test_a_step_that_a_phone_kept_is_taken_once_and_told_in_json(desk: Desk) -> None:
    """The phone sends the same form until it hears of it: no second step, no second photo."""
    report = case(desk, executor="telecom")
    shown = look(desk, "executor", report).text
    assert 'data-account="' in shown
    assert "data-kept-step" in shown
    token = TOKEN.search(shown)
    assert token
    form = {
        "version": str(report.version),
        "step": "resolved",
        "to": "resolved",
        "public_reply": "Đã kéo lại",
    }
    headers = {"accept": "application/json", "x-csrf-token": token[1]}
    files = [("photos", ("a.jpg", jpeg(), "image/jpeg"))]
    for _ in range(2):
        answer = desk.client.post(f"/case/{report.code}/step", data=form, files=files, headers=headers)
        assert (answer.status_code, answer.json().get("page", answer.text)) == (
            200,
            f"/queue?left={report.code}",
        )
    with unit_of_work(desk.engine) as session:
        steps = select(Event.id).where(Event.report_id == report.id, Event.type == "report.resolved")
        assert len(session.scalars(steps).all()) == 1
        assert len(session.scalars(select(Photo.id).where(Photo.report_id == report.id)).all()) == 1

    late = desk.client.post(
        f"/case/{report.code}/step", data={**form, "public_reply": "Khác"}, headers=headers, files=files
    )
    assert (late.status_code, late.json()["type"]) == (409, "urn:hientruong:problem:conflict")
    nobody = desk.client.post(f"/case/{report.code}/step", data=form, headers={"accept": "application/json"})
    assert nobody.status_code == 403


def test_a_file_that_is_no_photo_is_said_at_the_form(desk: Desk) -> None:
    report = case(desk)
    files = [("photos", ("a.jpg", b"no photo at all", "image/jpeg"))]
    sent = {"step": "resolved", "to": "resolved", "note": "Giữ lại"}
    answer = send(desk, "department", report, "step", sent, files=files)
    assert answer.status_code == 415
    assert "không phải ảnh" in answer.text and "Giữ lại" in answer.text


def test_two_officers_never_overwrite_each_other(desk: Desk) -> None:
    report = case(desk)
    page = look(desk, "department", report).text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    question = {"to": "waiting", "reason": "Ở số nhà nào ạ?"}
    assert desk.step("manager", report, version=1, **question).status_code == 200
    late = {"step": "waiting", "to": "waiting", "reason": "Bạn chụp thêm ảnh nhé", "version": "1"}
    answer = send(desk, "department", report, "step", {**late, "seen": seen[1]})
    assert answer.status_code == 409
    assert "Những gì vừa thay đổi" in answer.text and "hỏi thêm người gửi" in answer.text
    assert desk.person("manager").account.name in answer.text
    assert "Bạn chụp thêm ảnh nhé" in answer.text
    assert desk.read(report).version == 2
    assert last_event(desk, report).data["reason"] == "Ở số nhà nào ạ?"


def test_what_was_typed_is_kept_where_the_form_is_still_there(desk: Desk) -> None:
    report = case(desk)
    wish = {"supports": ["ward-W1"], "version": 1}
    assert desk.call("PUT", f"/reports/{report.id}/parts", desk.as_staff("manager"), wish).status_code == 200
    typed = {"step": "handed_on", "to": "assigned", "lead": "ward-W2", "reason": "Đường của phường"}
    answer = send(desk, "department", report, "step", {**typed, "version": "1", "seen": "0"})
    assert answer.status_code == 409
    assert "Đường của phường" in answer.text
    assert '<option value="ward-W2" selected' in answer.text
    assert '<input type="hidden" name="version" value="2">' in answer.text
    assert send(desk, "department", report, "step", typed).status_code == 303


def test_others_are_seen_and_so_is_what_they_change(desk: Desk) -> None:
    report = case(desk)
    look(desk, "manager", report)
    shown = look(desk, "department", report).text
    assert f"Đang cùng mở: {desk.person('manager').account.name}" in shown
    seen = re.search(r'name="seen" value="(\d+)"', shown)
    assert seen
    assert "Vừa có thay đổi" not in look(desk, "department", report, f"/presence?seen={seen[1]}").text
    wish = {"text": "Tôi đang gọi thợ", "kind": "note"}
    desk.call("POST", f"/reports/{report.id}/comments", desk.as_staff("manager"), wish)
    part = look(desk, "department", report, f"/presence?seen={seen[1]}").text
    assert "Vừa có thay đổi" in part and "Ghi chú nội bộ" in part
    assert "Tôi đang gọi thợ" not in part
    assert look(desk, "department", report, "/presence?seen=x").status_code == 422


def test_more_time_is_asked_for_and_granted(desk: Desk) -> None:
    soon = NOW + timedelta(hours=2)
    report = case(desk, policy="urgent", at=soon - timedelta(hours=10), due_at=soon)
    page = look(desk, "department", report).text
    assert "Gửi lãnh đạo duyệt" in page
    asks = {"asks": "1", "amount": "3", "unit": "hours", "reason": "Chờ cắt điện"}
    assert send(desk, "department", report, "extension", {**asks, "amount": "x"}).status_code == 422
    asked = send(desk, "department", report, "extension", asks)
    assert asked.headers["location"].endswith("?done=asked_more")
    asked = look(desk, "manager", report)
    assert filled_buttons(asked) == 1 and re.search(
        r"button-main[^>]*name=\"approve\" value=\"1\"", asked.text
    )
    refused = send(desk, "manager", report, "extension/decision", {"approve": "0", "answer": ""})
    assert refused.status_code == 422 and "Cần nêu lý do" in refused.text
    granted = send(desk, "manager", report, "extension/decision", {"approve": "1", "answer": ""})
    assert granted.headers["location"].endswith("?done=approved")
    assert desk.read(report).due_at == soon + timedelta(hours=3)
    assert send(desk, "department", report, "extension/decision", {"approve": "1"}).status_code == 403


def test_more_time_is_offered_as_long_as_it_can_be_had(desk: Desk) -> None:
    soon = NOW + timedelta(hours=3)
    report = case(desk, policy="urgent", at=soon - timedelta(hours=10), due_at=soon)
    assert f"/case/{report.code}/extension" in look(desk, "department", report).text
    late = case(desk, policy="urgent", at=NOW - timedelta(days=3), due_at=NOW - timedelta(days=2))
    page = look(desk, "department", late).text
    assert f"/case/{late.code}/extension" not in page
    assert "Đã quá hạn nên không gia hạn được nữa." in page


def test_a_contractor_takes_the_case_for_a_time_or_gives_it_back(desk: Desk) -> None:
    report = case(desk, executor="telecom")
    assert "Đơn vị thực hiện chưa trả lời" in look(desk, "department", report).text
    wrong = send(desk, "executor", report, "contract", {"do": "accept", "arrives_at": "chiều mai"})
    assert wrong.status_code == 422
    assert "Cần ngày và giờ, ví dụ 05/11/2026 08:30." in wrong.text
    assert "chiều mai" in wrong.text, "what was typed stays"
    at = (datetime.now(UTC) + timedelta(hours=3)).astimezone(HERE)
    taken = send(desk, "executor", report, "contract", {"do": "accept", "arrives_at": f"{at:%d/%m/%Y %H:%M}"})
    assert taken.headers["location"] == f"/case/{report.code}?done=contract"
    said = f"{at:%H:%M, %d/%m/%Y}"
    page = look(desk, "department", report).text
    assert f"Hẹn có mặt lúc {said}." in page
    enter(desk, "executor")
    assert f"Hẹn {said}" in desk.client.get("/queue", headers={**HTML, "Accept-Language": "vi"}).text
    assert "Cần nêu lý do" in send(desk, "executor", report, "contract", {"do": "decline"}).text
    back = send(desk, "executor", report, "contract", {"do": "decline", "reason": "Xe đang sửa"})
    assert back.headers["location"] == f"/queue?left={report.code}"
    assert "Xe đang sửa" in look(desk, "department", report).text
    assert desk.read(report).executor_id is None


def test_the_holder_and_the_helpers(desk: Desk) -> None:
    report = case(desk)
    given = send(desk, "department", report, "holder", {"holder": "manager"})
    assert given.status_code == 303
    assert desk.read(report).holder_id == desk.person("manager").account.id
    shared = send(
        desk, "department", report, "parts", {"supports": ["ward-W1", "ward-W2"], "executor": "telecom"}
    )
    assert shared.status_code == 303
    assert look(desk, "executor", report).status_code == 200
    page = look(desk, "department", report).text
    assert "Đơn vị ward-W1, Đơn vị ward-W2" in page
    assert send(desk, "department", report, "parts", {"executor": "city-cables"}).status_code == 422
    send(desk, "department", report, "parts", {"executor": ""})
    former = look(desk, "executor", report)  # reads what became of it, and works on it no more
    assert former.status_code == 200 and f'action="/case/{report.code}/' not in former.text


def test_words_from_templates_seen_as_the_citizen_will(desk: Desk) -> None:
    report = case(desk)
    text = {"vi": "{lead} đang xử lý {code}.", "en": "x"}
    with unit_of_work(desk.engine) as session:
        session.add(ReplyTemplate(code="planned", kind="reply", name={"vi": "Đang làm"}, text=text))
    put_in = {"kind": "reply", "do": "insert", "template": "planned", "text": "Chào bạn."}
    inserted = send(desk, "department", report, "words", put_in)
    assert f"Chào bạn.\nĐơn vị city-cables đang xử lý {report.code}." in inserted.text
    shown = send(
        desk, "department", report, "words", {"kind": "reply", "do": "preview", "text": "Sắp xong <b>"}
    )
    preview = shown.text.split('id="reply-preview"')[1].split("</ol>")[0]
    assert "Sắp xong &lt;b&gt;" in preview
    posted = send(desk, "department", report, "words", {"kind": "reply", "text": "Sắp xong"})
    assert posted.headers["location"].endswith("?done=reply")
    public = desk.call("GET", f"/reports/{report.id}/comments").json()["items"]
    assert [said["text"] for said in public] == ["Sắp xong"]
    noted = send(desk, "department", report, "words", {"kind": "note", "text": "@manager xem giúp"})
    assert noted.headers["location"].endswith("?done=note")
    assert last_event(desk, report).type == "report.noted"
    vain = send(desk, "department", report, "words", {"kind": "note", "text": "@khongco và @manager"})
    page = desk.client.get(vain.headers["location"], headers=HTML).text
    assert "Không gọi được @khongco" in page and "Không gọi được @khongco, " not in page
    assert send(desk, "department", report, "words", {"kind": "note", "text": " "}).status_code == 422
    assert (
        send(
            desk, "executor", case(desk, executor="telecom"), "words", {"kind": "reply", "text": "x"}
        ).status_code
        == 403
    )


def test_the_contact_is_shown_for_a_purpose_that_is_kept(desk: Desk) -> None:
    report = case(desk, contact=REPORTER)
    without = send(desk, "triage", report, "contact", {"purpose": " "})
    assert without.status_code == 422 and "Tôn Nữ" not in without.text
    shown = send(desk, "triage", report, "contact", {"purpose": "Gọi hỏi số nhà"})
    assert shown.status_code == 200
    assert "Tôn Nữ Kín" in shown.text
    with unit_of_work(desk.engine) as session:
        query = select(ContactReading.purpose).where(ContactReading.report_id == report.id)
        assert session.scalars(query).all() == ["Gọi hỏi số nhà"]
    handed = case(desk, contact=REPORTER, executor="telecom")
    assert "Xem liên hệ" not in look(desk, "executor", handed).text
    refused = send(desk, "executor", handed, "contact", {"purpose": "Tò mò thôi"})
    assert refused.status_code == 403 and "Tôn Nữ" not in refused.text


def test_merging_into_a_neighbour(desk: Desk) -> None:
    original, repeated = case(desk, place=APART), case(desk, place=APART)
    assert original.code in look(desk, "department", repeated).text
    sent = {"step": "merged", "to": "duplicate", "duplicate_of": original.code}
    assert send(desk, "department", repeated, "step", sent).status_code == 303
    assert desk.read(repeated).status == "duplicate"
    assert f'href="/case/{original.code}"' in look(desk, "department", repeated).text
    assert repeated.code in look(desk, "department", original).text


@pytest.mark.parametrize("action", ["step", "extension", "holder", "parts", "words", "contact"])
def test_strangers_of_the_case_change_nothing(desk: Desk, action: str) -> None:
    report, own = case(desk, "assigned", executor="telecom"), case(desk, "assigned", lead="ward-W2")
    enter(desk, "other_department")
    token = TOKEN.search(desk.client.get(f"/case/{own.code}", headers=HTML).text)
    assert token
    sent = {"csrf_token": token[1], "version": "1", "seen": "0", "step": "accepted", "to": "in_progress"}
    more = {"text": "x", "kind": "note", "purpose": "xem thử", "amount": "1", "unit": "hours", "reason": "x"}
    answer = desk.client.post(f"/case/{report.code}/{action}", data={**sent, **more}, headers=HTML)
    assert answer.status_code == 404
    assert desk.read(report).version == 1
    desk.client.cookies.clear()
    answer = desk.client.post(f"/case/{report.code}/{action}", data=sent, headers=HTML)
    assert answer.status_code == 401


def test_what_a_company_said_in_its_group_is_a_question_to_those_who_work_on_it(desk: Desk) -> None:
    report = case(desk, executor="telecom")
    with unit_of_work(desk.engine) as session:
        company = session.scalars(select(Department).where(Department.code == "telecom")).one()
        colleague = session.scalars(select(Staff).where(Staff.department_id == company.id).limit(1)).one()
        group = CompanyGroup(chat="g-claim", department_id=company.id, linked_at=NOW, last_in_at=NOW)
        session.add(group)
        session.flush()
        session.add(GroupPost(group_id=group.id, report_id=report.id, state="sent", created_at=NOW))
        session.flush()
        claim_done(session, group.id, report.id, colleague.id, NOW)
        name, group_id = colleague.name, group.id
    shown = look(desk, "department", report).text
    assert "báo đã xong, xác nhận?" in shown
    assert f"{name} viết trong nhóm Zalo" in shown
    with unit_of_work(desk.engine) as session:
        assert session.get_one(Report, report.id).status == "in_progress"  # words alone move nothing
        record(session, session.get_one(Report, report.id), EventType.RESOLVED, actor=SYSTEM, at=NOW)
    assert "báo đã xong" not in look(desk, "department", report).text
    with unit_of_work(desk.engine) as session:
        session.delete(session.get_one(CompanyGroup, group_id))
