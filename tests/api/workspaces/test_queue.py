"""One's own queue and the reporter's contact over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.reports.reports import ContactDraft
from service.models import ContactReading
from tests.api.desk import Desk, problem
from tests.domain.city.city_configs import SMALLEST

LAN = ContactDraft("Lan", "+84905123456", "lan@vidu.vn")


def test_a_queue_is_walked_page_by_page(desk: Desk) -> None:
    now = datetime.now(UTC)
    wanted = [
        desk.report("in_progress", lead="ward-W2", due_at=now + timedelta(hours=hours)).code
        for hours in (-5, 1, 2, 3, 4)
    ]
    headers, codes, cursor = desk.as_staff("other_department"), [], ""
    for _ in range(3):
        page = desk.call("GET", f"/queue?limit=2{cursor}", headers).json()
        codes += [item["code"] for item in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert codes == wanted
    assert page["next"] is None
    assert page["role"] == "department"
    assert page["counts"] == {"total": 5, "late": 1, "amber": 0, "by_status": {"in_progress": 5}}
    assert page["items"][0].keys() >= {"colour", "amber_at", "accept_due_at", "paused_at", "triage_reason"}


@pytest.mark.parametrize("cursor", ["x", "AAAA", "%F0%9F%92%A5", "a" * 300])
def test_a_made_up_cursor_is_refused(desk: Desk, cursor: str) -> None:
    problem(desk.call("GET", f"/queue?cursor={cursor}", desk.as_staff("triage")), 400)


def test_a_cursor_of_another_role_opens_nothing(desk: Desk) -> None:
    for _ in range(2):
        desk.report("triage")
    cursor = desk.call("GET", "/queue?limit=1", desk.as_staff("triage")).json()["next"]
    problem(desk.call("GET", f"/queue?cursor={cursor}", desk.as_staff("inspector")), 400)


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "surprise=1"])
def test_a_wrong_query_is_named(desk: Desk, query: str) -> None:
    found = problem(desk.call("GET", f"/queue?{query}", desk.as_staff("triage")), 422)
    assert found["errors"][0]["loc"] == ["query", query.split("=")[0]]


def test_a_queue_is_for_staff(desk: Desk) -> None:
    report = desk.report()
    problem(desk.call("GET", "/queue"), 401)
    problem(desk.call("GET", "/queue", desk.as_reporter(report)), 401)


def test_a_contact_is_read_for_a_purpose_that_is_kept(desk: Desk) -> None:
    report = desk.report("in_progress", contact=LAN)
    path = f"/reports/{report.code}/contact"
    answer = desk.call("POST", path, desk.as_staff("triage"), {"purpose": "Gọi lại"})
    assert answer.json() == {
        "anonymous": False,
        "name": "Lan",
        "phone": "+84905123456",
        "email": "lan@vidu.vn",
    }
    assert answer.headers["cache-control"] == "no-store"
    with Session(desk.engine) as session:
        reading = session.scalars(select(ContactReading).where(ContactReading.report_id == report.id)).one()
    assert (reading.staff_id, reading.purpose) == (desk.person("triage").account.id, "Gọi lại")


@pytest.mark.parametrize(
    ("name", "status"),
    [("executor", 403), ("inspector", 403), ("other_department", 403), ("department", 200)],
)
def test_few_read_a_contact(desk: Desk, name: str, status: int) -> None:
    report = desk.report("in_progress", contact=LAN, executor="telecom")
    path = f"/reports/{report.id}/contact"
    sent = {"purpose": "Hỏi thêm"}
    assert desk.call("POST", path, desk.as_staff(name), sent).status_code == status
    problem(desk.call("GET", f"{path}?purpose=abc", desk.as_staff(name)), 405)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("được đọc bằng POST", "mục đích xem (`purpose`) trong nội dung JSON")),
        ("en", ("are read by POST", "purpose of the reading (`purpose`) in the JSON body")),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_method_is_told_how_a_contact_is_read(
    desk: Desk, method: str, language: str, words: tuple[str, str]
) -> None:
    """Whoever asks, and whether there is such a report or not."""
    path = f"/reports/{desk.report(contact=LAN).id}/contact"
    for each, headers in ((path, desk.as_staff("triage")), (path, {}), ("/reports/none/contact", {})):
        refused = desk.call(method, f"{each}?purpose=abc", {**headers, "Accept-Language": language})
        detail = problem(refused, 405)["detail"]
        assert all(part in detail for part in words), detail
        assert refused.headers["allow"] == "POST"


def test_other_addresses_say_no_more_than_that_they_do_not_take_it(desk: Desk) -> None:
    refused = problem(desk.call("DELETE", "/queue", desk.as_staff("triage")), 405)
    assert refused["detail"] == "Địa chỉ này không nhận phương thức đó."


def test_without_purpose_or_sign_in_no_contact(desk: Desk) -> None:
    report = desk.report("in_progress", contact=LAN)
    path = f"/reports/{report.id}/contact"
    problem(desk.call("POST", path, desk.as_staff("triage"), {}), 422)
    problem(desk.call("POST", path, desk.as_staff("triage"), {"purpose": "\0\0\0"}), 422)
    problem(desk.call("POST", path, {}, {"purpose": "abc"}), 401)
    problem(desk.call("POST", path, desk.as_reporter(report), {"purpose": "abc"}), 401)


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("write", 403), ("contacts", 200)])
def test_only_a_key_made_for_it_reads_a_contact(desk: Desk, scope: str, status: int) -> None:
    report = desk.report("in_progress", contact=LAN)
    path, sent = f"/reports/{report.id}/contact", {"purpose": "Đối chiếu"}
    wish = {"name": f"Khóa {scope}", "role": "triage", "scope": scope, "days": 1}
    made = desk.call("POST", "/admin/keys", desk.as_staff("administrator"), wish)
    key = {"Authorization": f"Bearer {made.json()['token']}"}
    assert desk.call("POST", path, key, sent).status_code == status
    problem(desk.call("GET", f"{path}?purpose=abc", key), 405)
    if scope != "write":
        refused = desk.call("POST", f"/reports/{report.id}/comments", key, {"text": "Đã xem", "kind": "note"})
        problem(refused, 403)


def test_beyond_the_day_s_number_of_contacts_the_answer_is_429(desk: Desk) -> None:
    report = desk.report("in_progress", contact=LAN)
    reader, at = desk.person("other_department").account.id, datetime.now(UTC) - timedelta(hours=1)
    with Session(desk.engine) as session:
        read = {"report_id": report.id, "staff_id": reader, "at": at, "purpose": "Gọi lại"}
        session.add_all([ContactReading(**read) for _ in range(SMALLEST.contacts_a_day)])
        session.commit()
    own = desk.report("in_progress", lead="ward-W2", contact=LAN)
    path = f"/reports/{own.id}/contact"
    refused = desk.call("POST", path, desk.as_staff("other_department"), {"purpose": "Gọi lại"})
    assert "Lan" not in refused.text
    assert "23 giờ" in problem(refused, 429)["detail"]
    assert 22 * 3600 < int(refused.headers["retry-after"]) <= 23 * 3600


def test_no_answer_of_a_queue_tells_who_reported(desk: Desk) -> None:
    desk.report("in_progress", contact=LAN, executor="telecom")
    for name in ("executor", "department", "triage", "inspector"):
        text = desk.call("GET", "/queue", desk.as_staff(name)).text
        assert "Lan" not in text
        assert "905123456" not in text
