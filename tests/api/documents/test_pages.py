"""Pages of documents, indicators and how a unit writes: drawn for who may, not there for others."""

from __future__ import annotations

from uuid import uuid4

import pytest

from service.db import unit_of_work
from tests.api.desk import Desk
from tests.api.documents.test_documents import make
from tests.support.works.stage import WorksStage, draft_row

PAGES = (
    "/documents",
    "/indicators",
    "/indicators/received",
    "/indicators/tasks_late",
    "/indicators/people",
    "/indicators/claims_silent",
)


def look(desk: Desk, path: str, who: str) -> tuple[int, str]:
    desk.client.cookies.clear()
    answer = desk.client.get(path, headers=desk.cookie(who))
    return answer.status_code, answer.text


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_there_for_who_writes(desk: Desk, path: str) -> None:
    for who in ("department", "manager", "administrator"):
        assert look(desk, path, who)[0] == 200, who
    for who in ("executor", "inspector"):
        assert look(desk, path, who)[0] == 404, who
    assert look(desk, "/indicators?unit=ward-W1", "manager")[0] == 404


def test_a_document_has_its_page(desk: Desk) -> None:
    made = make(desk)
    status, text = look(desk, f"/documents/{made['id']}", "manager")
    assert status == 200 and "file.docx" in text and made["about"] in text
    assert look(desk, f"/documents/{made['id']}", "other_department")[0] == 404
    assert made["about"] in look(desk, "/documents", "manager")[1]
    assert look(desk, "/admin/departments/city-cables/office", "administrator")[0] == 200
    assert look(desk, "/admin/departments/city-cables/office", "manager")[0] == 404


def test_a_plans_row_shows_the_figure_it_aims_at(desk: Desk) -> None:
    with unit_of_work(desk.engine) as session:
        stage = WorksStage(session, desk.reference)
        row = draft_row(str(uuid4()), first="2026-01-01", last="2026-12-31")
        plan = stage.plan_step(
            desk.cast.manager, stage.keep(desk.cast.manager, row | {"indicator": "tasks", "target": 40})
        )
        code = plan.code
    status, text = look(desk, f"/plans/{code}", "manager")
    assert status == 200
    assert "/indicators/tasks?from=2026-01-01&amp;to=2026-12-31&amp;unit=city-cables" in text
    assert "/ 40" in text
    assert f"/plans/{code}/documents" in text
