"""Surveys over HTTP: synced twice and in parallel, each finding once, with its photos, on its way."""

from __future__ import annotations

import hashlib
import hmac
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from docx import Document
from PIL import Image
from sqlalchemy import func, select, update

from service.db import unit_of_work
from service.models import Category, City, Event, Report, WorkReport
from service.web.viewer import CSRF_HEADER
from tests.api.desk import Desk
from tests.support.people import KEY
from tests.support.works.surveys import spot, survey_form


def opened(desk: Desk, many: int, **said: object) -> dict[str, Any]:
    """A survey of years to come that the inspector walks."""
    names = [desk.person(each).account.username for each in ("inspector", "ward_inspector")]
    form = survey_form(first="2099-03-05", last="2099-03-20", points=[spot(n) for n in range(many)], **said)
    office = desk.as_staff("department")
    made = desk.call("POST", "/surveys", office, {**form, "inspectors": names})
    assert (made.status_code, made.json()["status"]) == (201, "draft"), made.text
    assert desk.call("POST", "/surveys", office, {**form, "inspectors": names}).status_code == 200
    code = made.json()["code"]
    step = desk.call("POST", f"/surveys/{code}/transitions", office, {"to": "open", "version": 1})
    assert step.status_code == 200, step.text
    found: dict[str, object] = step.json()
    return found


def as_form(desk: Desk, name: str) -> dict[str, str]:
    """Headers of a browser whose form has its token."""
    cookie = desk.cookie(name)
    basis = b"csrf:" + cookie["Cookie"].partition("=")[2].encode()
    return {**cookie, CSRF_HEADER: hmac.new(KEY, basis, hashlib.sha256).hexdigest()}


def test_a_round_of_24_points_is_synced_twice_at_once_and_each_finding_is_there_once(desk: Desk) -> None:
    survey = opened(desk, 24)
    assert [each["inspector"] for each in survey["points"]].count(None) == 0
    inspector = desk.as_staff("inspector")
    sights = [
        {"state": "fault", "note": "Cáp võng", "report": str(uuid4()), "seen_at": "2026-03-06T08:00:00Z"}
        if number < 5
        else {"state": "not_found" if number == 5 else "ok", "seen_at": "2026-03-06T08:00:00Z"}
        for number in range(24)
    ]

    def put(number: int) -> tuple[int, dict[str, Any]]:
        point = survey["points"][number]["id"]
        path = f"/surveys/{survey['code']}/points/{point}"
        answer = desk.client.put(f"/api/v1{path}", headers=inspector, json=sights[number])
        return answer.status_code, answer.json()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(put, [number for number in range(24) for _ in range(2)]))
    assert [status for status, _ in answers].count(201) == 24
    assert {status for status, _ in answers} == {200, 201}
    assert all(body["counted"] for _, body in answers)
    view = desk.call("GET", f"/surveys/{survey['code']}", inspector).json()
    assert view["counts"] == {"to_see": 0, "ok": 18, "fault": 5, "not_found": 1}
    with unit_of_work(desk.engine) as session:
        ids = [each["report_id"] for each in view["points"] if each["report_id"]]
        assert sorted(ids) == sorted(each["report"] for each in sights[:5])
        of_survey = select(func.count()).select_from(WorkReport).where(WorkReport.report_id.in_(ids))
        assert session.scalar(of_survey) == 5
        received = select(func.count()).select_from(Event).where(Event.report_id.in_(ids))
        assert session.scalar(received) == 5
        assert set(session.scalars(select(Report.channel).where(Report.id.in_(ids)))) == {"inspection"}
    told = answers[0][1]["report"]
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "brown").save(picture, "JPEG")
    photo = desk.client.post(
        f"/api/v1/reports/{told['code']}/photos",
        headers={"Authorization": f"Report {told['secret']}"},
        files={"file": ("a.jpg", picture.getvalue(), "image/jpeg")},
    )
    assert photo.status_code in (200, 201, 202), photo.text


def test_who_comes_second_leaves_a_note(desk: Desk) -> None:
    survey = opened(desk, 1)
    path = f"/surveys/{survey['code']}/points/{survey['points'][0]['id']}"
    sight = {"state": "fault", "note": "Cáp đứt"}
    first = desk.call("PUT", path, desk.as_staff("inspector"), sight)
    second = desk.call("PUT", path, desk.as_staff("ward_inspector"), sight)
    assert (first.json()["counted"], second.json()["counted"]) == (True, False)
    assert first.json()["report"]["id"] == second.json()["report"]["id"]
    assert second.json()["report"]["secret"] is None
    view = desk.call("GET", f"/surveys/{survey['code']}", desk.as_staff("triage")).json()
    assert [each["note"] for each in view["points"][0]["looks"]] == ["Cáp đứt"]
    assert desk.call("GET", "/surveys?open=true&mine=true", desk.as_staff("inspector")).json()["items"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "to_see"},
        {"state": "fault"},
        {"state": "ok", "extra": 1},
        {"state": "fault", "category": "none"},
    ],
)
def test_a_sight_that_says_nothing_is_refused(desk: Desk, wrong: dict[str, object]) -> None:
    survey = opened(desk, 1)
    path = f"/surveys/{survey['code']}/points/{survey['points'][0]['id']}"
    assert desk.call("PUT", path, desk.as_staff("inspector"), wrong).status_code == 422
    none = f"/surveys/{survey['code']}/points/{uuid4()}"
    assert desk.call("PUT", none, desk.as_staff("inspector"), {"state": "ok"}).status_code == 404


def test_the_pages_show_it_and_the_minutes_name_exactly_a_units_faults(desk: Desk) -> None:
    survey = opened(desk, 4, gather=["report"])
    points, code = survey["points"], survey["code"]
    inspector = desk.as_staff("inspector")
    for number, state in enumerate(("fault", "fault", "ok")):
        sight = {"state": state, "note": f"Lời số {number}" if state == "fault" else ""}
        seen = desk.call("PUT", f"/surveys/{code}/points/{points[number]['id']}", inspector, sight)
        assert seen.status_code == 201
    unit = desk.reference.department_by_code
    view = desk.call("GET", f"/surveys/{code}", inspector).json()
    with unit_of_work(desk.engine) as session:
        for point, company in zip(view["points"], ("telecom", "sanitation"), strict=False):
            session.get_one(Report, UUID(point["report_id"])).executor_id = unit[company].id
    for name in ("department", "inspector", "triage", "administrator"):
        cookie = desk.cookie(name)
        for path in ("/surveys", f"/surveys/{code}", f"/surveys/{code}/map.svg"):
            answer = desk.client.get(path, headers=cookie)
            assert answer.status_code == 200, (name, path)
        assert ('name="remove"' in desk.client.get(f"/surveys/{code}", headers=cookie).text) == (
            name == "department"
        )
    for company, own, others in (("telecom", "Lời số 0", "Lời số 1"), ("sanitation", "Lời số 1", "Lời số 0")):
        file = desk.client.get(f"/surveys/{code}/minutes/{company}.docx", headers=desk.cookie("department"))
        told = docx_text(file.content)
        assert own in told
        assert others not in told
    path = f"/surveys/{code}/minutes"
    cases = (("department", "telecom", 303), ("department", "ward-W1", 404), ("inspector", "telecom", 403))
    for name, unit_code, status in cases:
        headers, data = as_form(desk, name), {"unit": unit_code}
        entered = desk.client.post(path, headers=headers, data=data, follow_redirects=False)
        assert entered.status_code == status, (name, unit_code)
        if status == 303:
            assert "Kiểm tra" in desk.client.get(entered.headers["location"], headers=headers).text
    for path, name in ((f"/surveys/{code}/minutes/ward-W1.docx", "department"), ("/surveys", "executor")):
        assert desk.client.get(path, headers=desk.cookie(name)).status_code == 404


def test_spots_of_the_map_are_kept_and_come_back_where_one_is_refused(desk: Desk) -> None:
    code = opened(desk, 1)["code"]
    headers = as_form(desk, "department")
    near, far = spot(3), str(uuid4())
    form = {
        "spot": [f"{near['id']} {near['lon']} {near['lat']}", f"{far} 10.5 50.2"],
        f"words-{near['id']}": "Đầu cầu",
        f"words-{far}": "Xa",
    }
    refused = desk.client.post(f"/surveys/{code}/points", headers=headers, data=form)
    assert refused.status_code == 422
    assert far in refused.text
    assert "&#34;words&#34;: &#34;" in refused.text, "whole in its attribute"
    for _ in range(2):
        form["spot"] = form["spot"][:1]
        kept = desk.client.post(f"/surveys/{code}/points", headers=headers, data=form, follow_redirects=False)
        assert kept.status_code == 303, kept.text
    view = desk.call("GET", f"/surveys/{code}", desk.as_staff("department")).json()
    assert [each["words"] for each in view["points"]][1:] == ["Đầu cầu"]


def test_a_kinds_questions_are_asked_on_the_page_without_scripts(desk: Desk) -> None:
    values = [{"key": "s", "name": {"vi": "Nhỏ"}}, {"key": "l", "name": {"vi": "Lớn"}}]
    asked = {"code": "size", "label": {"vi": "Bao lớn?"}, "datatype": "singlevaluelist", "values": values}
    with unit_of_work(desk.engine) as session:
        noise = update(Category).where(Category.code == "noise")
        session.execute(noise.values(questions=[{**asked, "required": True}]))
        session.execute(update(City).values(revision=City.revision + 1))
    threading.Event().wait(1.1)  # what the process keeps of the city is at most a second old
    survey = opened(desk, 2, category="noise")
    path, headers = f"/surveys/{survey['code']}", as_form(desk, "inspector")
    assert desk.client.get(path, headers=headers).text.count('name="answer.size" value="l"') == 2
    form = {"point": survey["points"][0]["id"], "state": "fault", "category": "noise", "note": "Máy nổ"}
    refused = desk.client.post(f"{path}/see", headers=headers, data=form)
    assert refused.status_code == 422
    assert "Máy nổ" in refused.text and "Câu hỏi này cần được trả lời." in refused.text
    kept = desk.client.post(
        f"{path}/see", headers=headers, data={**form, "answer.size": "l"}, follow_redirects=False
    )
    assert kept.status_code == 303, kept.text
    point = desk.call("GET", path, desk.as_staff("department")).json()["points"][0]
    with unit_of_work(desk.engine) as session:
        assert session.get_one(Report, UUID(point["report_id"])).attributes == {"size": "l"}
    fine = {"point": survey["points"][1]["id"], "state": "ok"}
    assert (
        desk.client.post(f"{path}/see", headers=headers, data=fine, follow_redirects=False).status_code == 303
    )


def docx_text(content: bytes) -> str:
    """The words of a document, those of its tables too."""
    found = Document(io.BytesIO(content))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return " ".join([*(each.text for each in found.paragraphs), *cells])
