"""A plan's page is the table of its document; a work is worked from its page, with or without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.works.photos import uncited, work_photos
from service.models import Work
from tests.api.desk import Desk, open_desk
from tests.conftest import Servers
from tests.pages.queue.test_queue import look, send
from tests.support.photo_stage import jpeg
from tests.support.works.stage import WorksStage, draft_row


@pytest.fixture(scope="module")
def desk(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(servers, f"works_{servers.worker}", tmp_path_factory.mktemp("media")) as made:
        yield made


def plan_in_force(desk: Desk, title: str) -> tuple[str, str]:
    """(code of a plan, of its work)."""
    with unit_of_work(desk.engine) as session:
        stage = WorksStage(session, desk.reference)
        row = draft_row("Dọn rác bãi biển", last="2099-03-31", supports=["ward-W1"])
        plan = stage.plan_step(desk.cast.manager, stage.keep(desk.cast.manager, row, title=title))
        return plan.code, stage.works(plan)[0].code


def test_a_work_is_begun_blocked_and_done_by_forms(desk: Desk) -> None:
    plan, work = plan_in_force(desk, "Chủ nhật Xanh")
    path = f"/works/{work}"
    page = look(desk, "department", path)
    assert page.status_code == 200
    assert "Dọn rác bãi biển" in page.text
    noted = send(desk, "department", f"{path}/note", {"words": "Đã phát động"})
    assert noted.status_code == 303
    shown = look(desk, "department", path).text
    assert "Bắt đầu làm" in shown
    assert "Đã phát động" in shown
    raised = {
        "id": "8c6b5d1a-6f5e-4a0c-9d26-1c1f3d8d0a11",
        "kind": "means",
        "title": "Thiếu bao",
        "amount_vnd": "5000000",
    }
    assert send(desk, "department", f"{path}/difficulty", raised).status_code == 303
    refused = send(desk, "department", f"{path}/step", {"to": "done", "version": "2", "result": ""})
    assert refused.status_code == 422
    assert "Cần ghi kết quả" in refused.text
    done = send(desk, "department", f"{path}/step", {"to": "done", "version": "2", "result": "Sạch 2 km"})
    assert done.status_code == 303
    table = look(desk, "triage", f"/plans/{plan}").text
    for file in ("report.docx", "rows.xlsx", "child.docx?unit=ward-W1"):
        assert f"/api/v1/plans/{plan}/{file.partition('?')[0]}" in table
        assert look(desk, "triage", f"/api/v1/plans/{plan}/{file}").status_code == 200, file
    assert '<option value="ward-W1"' in table
    assert "urging.docx" not in table, "nobody is late"
    assert "Sạch 2 km" in table
    assert "1/1 xong" in table
    assert "Thiếu bao" in look(desk, "manager", "/difficulties").text
    assert "Thiếu bao" in look(desk, "manager", f"/plans/{plan}?tab=difficulties").text
    home = look(desk, "manager", "/plans").text
    assert "Chủ nhật Xanh" in home
    assert "/3 người đã đọc" in home


def test_what_was_typed_stays_in_the_form_that_was_refused(desk: Desk) -> None:
    path = f"/works/{plan_in_force(desk, 'Chủ nhật Xanh, lần hai')[1]}"
    forms = {
        "time": {"amount": "999", "reason": "Mưa lớn cả tuần", "version": "1"},
        "difficulty": {
            "id": "8c6b5d1a-6f5e-4a0c-9d26-1c1f3d8d0a12",
            "kind": "means",
            "title": "Thiếu xe",
            "proposal": "Thuê thêm một xe",
            "amount_vnd": "5 triệu",
        },
    }
    for name, sent in forms.items():
        refused = send(desk, "department", f"{path}/{name}", sent)
        assert refused.status_code == 422
        for field in sent.keys() - {"id", "version", "kind"}:
            assert sent[field] in refused.text, (name, field)
        assert 'class="field-error"' in refused.text


def test_plans_are_read_and_made_known(desk: Desk) -> None:
    plan, _ = plan_in_force(desk, "Phổ biến")
    assert "Tôi đã đọc" in look(desk, "department", f"/plans/{plan}").text
    assert send(desk, "department", f"/plans/{plan}/read", {}).status_code == 303
    assert "Tôi đã đọc" not in look(desk, "department", f"/plans/{plan}").text
    brief = {
        "unit": "city-cables",
        "held_on": "05/03/2026",
        "how": "meeting",
        "people": "40",
        "words": "Họp tổ",
    }
    assert send(desk, "department", f"/plans/{plan}/briefing", brief).status_code == 303
    mine, other = (look(desk, who, f"/plans/{plan}?tab=read").text for who in ("manager", "other_manager"))
    assert "Họp tổ" in mine
    assert "người chưa đọc" in mine
    assert "người chưa đọc" not in other


def test_a_draft_is_put_in_force_and_closed_with_what_is_left(desk: Desk) -> None:
    with unit_of_work(desk.engine) as session:
        stage = WorksStage(session, desk.reference)
        code = stage.keep(desk.cast.manager, title="Dự thảo", warnings=["STT 2 lặp lại"]).code
    path = f"/plans/{code}/step"
    refused = send(desk, "manager", path, {"to": "in_force", "version": "1"})
    assert refused.status_code == 422
    assert "STT 2 lặp lại" in refused.text
    answer = send(desk, "manager", path, {"to": "in_force", "version": "1", "acknowledge": "1"})
    assert answer.status_code == 303
    assert "Còn 1 việc chưa xong" in look(desk, "manager", f"/plans/{code}").text
    assert (
        send(desk, "manager", path, {"to": "closed", "version": "2", "reason": "Hết năm"}).status_code == 303
    )
    assert "Đã kết thúc" in look(desk, "manager", f"/plans/{code}").text


def test_works_stand_among_the_reports_of_the_queue(desk: Desk) -> None:
    plan_in_force(desk, "Hàng việc")
    report = desk.report("in_progress")
    both = look(desk, "department").text
    assert "Dọn rác bãi biển" in both
    assert report.code in both
    works = look(desk, "department", "/queue?about=works").text
    assert "Dọn rác bãi biển" in works
    assert report.code not in works
    assert "Dọn rác bãi biển" not in look(desk, "department", "/queue?about=reports").text
    assert "Dọn rác bãi biển" not in look(desk, "other_department").text
    for shown in (both, works):
        heads = re.findall(r'<span class="soft number">(\d+)</span></h2>', shown)
        assert f"<span>Tất cả · {sum(map(int, heads))}</span>" in shown and heads


@pytest.mark.parametrize("path", ["/plans", "/difficulties"])
def test_rooms_are_for_those_who_have_something_in_them(desk: Desk, path: str) -> None:
    assert look(desk, "manager", path).status_code == 200
    assert 'href="/plans"' in look(desk, "manager").text
    for who in ("executor", "inspector"):
        assert look(desk, who, path).status_code == 404
        assert 'href="/plans"' not in look(desk, who).text


def test_a_task_that_needs_a_photo_is_done_with_one(desk: Desk) -> None:
    _, code = plan_in_force(desk, "Ảnh trước, xong sau")
    path = f"/works/{code}"
    with unit_of_work(desk.engine) as session:
        work = session.scalars(select(Work).where(Work.code == code)).one()
        work.needs_photo = True
        version = work.version
    assert 'name="photos"' not in look(desk, "triage", path).text, "who only reads sends none"
    assert send(desk, "department", f"{path}/photos", {}).status_code == 422
    done = {"to": "done", "version": str(version), "result": "Sạch 2 km"}
    assert "cần ảnh kết quả" in send(desk, "department", f"{path}/step", done).text
    sent = send(desk, "department", f"{path}/photos", {}, files={"photos": ("a.jpg", jpeg())})
    assert sent.status_code == 303
    shown = look(desk, "department", path).text
    [waiting] = re.findall(r'name="evidence" value="([^"]+)" checked', shown)
    assert "sau khi được xử lý" in shown
    files = {"photos": ("b.jpg", jpeg())}
    ended = send(desk, "department", f"{path}/step", done | {"evidence": waiting}, files=files)
    assert ended.status_code == 303, ended.text
    with unit_of_work(desk.engine) as session:
        work = session.scalars(select(Work).where(Work.code == code)).one()
        assert (work.status, len(work_photos(session, work.id))) == ("done", 2)
        assert uncited(session, work.id, work_photos(session, work.id)) == []


def test_a_report_is_tied_by_a_form_and_its_case_shows_the_work(desk: Desk) -> None:
    _, work = plan_in_force(desk, "Kế hoạch có phản ánh kèm")
    report = desk.report("assigned")
    tied = send(desk, "department", f"/works/{work}/reports", {"report": report.code, "why": "cùng cột"})
    assert tied.status_code == 303
    shown = look(desk, "department", f"/case/{report.code}")
    assert shown.status_code == 200
    assert f"/works/{work}" in shown.text
    assert "cùng cột" in shown.text
