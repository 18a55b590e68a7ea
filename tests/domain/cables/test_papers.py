"""Documents about cables: the numbers of the matrix, letters for those who are late alone."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from docx import Document
from PIL import Image
from sqlalchemy.orm import Session

from service.documents.cables import make_cable_document
from service.domain.cables.papers.facts import CableOrder, late_companies, read_cable_paper
from service.domain.cables.views import RouteFilter, list_routes
from service.domain.city.reference import Reference
from service.errors import Forbidden, Invalid
from service.models import Photo
from tests.support.factories import make_photo, make_report
from tests.support.people import Cast
from tests.support.works.cables import CableStage


def said(body: bytes) -> tuple[str, list[list[str]]]:
    """(its paragraphs, the rows of its tables)."""
    document = Document(io.BytesIO(body))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    return "\n".join(each.text for each in document.paragraphs), rows


def picture() -> bytes:
    """A small version as the store has it."""
    made = io.BytesIO()
    Image.new("RGBA", (320, 240), "brown").save(made, "WEBP")
    return made.getvalue()


def test_letters_name_what_is_late_and_the_report_counts_as_the_matrix(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage = CableStage(session, reference)
    first = stage.route(cast.department)
    stage.route(cast.department, street="Lê Lợi", quarter="2027-Q4", sections=[{"company": "telecom"}])
    work = stage.section(first, "sanitation")
    stage.take(cast.other_executor, work, "agreed", data={"agreed": "2026-08-31"})
    stage.take(cast.other_executor, work, "under_way")
    data = {"metres_done": 299, "old_removed_m": 299}
    stage.take(cast.other_executor, work, "done", data=data, photos=[stage.photo(work)])
    report = make_report(session, reference, "assigned", category="hanging_cable", place=(107.5215, 16.4201))
    key = session.get_one(Photo, make_photo(session, report, "report")).thumbnail_key
    stage.now += timedelta(days=300)
    ctx = stage.ctx(cast.department)
    routes = list_routes(session, RouteFilter(), stage.now)
    assert late_companies(reference, routes) == [(stage.unit("telecom"), 1)]
    with pytest.raises(Invalid):
        read_cable_paper(ctx, CableOrder(what="urging", unit="sanitation"))
    with pytest.raises(Forbidden):
        read_cable_paper(stage.ctx(cast.executor), CableOrder(what="progress"))

    paper = read_cable_paper(ctx, CableOrder(what="urging", unit="telecom"))
    assert [(each.code, each.picture) for each in paper.pictured] == [(report.code, key)]
    for stored, number in ((picture(), 1), (b"broken", 0)):
        made = make_cable_document(reference, paper, {key: stored})
        shapes = Document(io.BytesIO(made.body)).inline_shapes
        assert len(shapes) == number
        for shape in shapes:
            assert report.code in shape._inline.docPr.get("descr")
    words, rows = said(made.body)
    assert "còn 1 đoạn trễ hẹn, 300 m chưa làm" in words
    [late] = [row for row in rows if row[1].startswith("Điện Biên Phủ") and row[2] == "Hạ ngầm"]
    assert late[3:] == ["III/2026", "III/2026", "0/300 m (0%)"]
    assert report.code in [row[2] for row in rows if row[1] == "Điện Biên Phủ"]
    assert "Lê Lợi" not in str(rows)

    made = make_cable_document(reference, read_cable_paper(ctx, CableOrder(what="progress")))
    words, rows = said(made.body)
    sections = [section for route in routes for section in route.sections]
    assert f"Kế hoạch có {len(routes)} tuyến, {len(sections)} đoạn" in words
    assert f"{sum(each.late for each in sections)} đoạn trễ hẹn" in words
    telecom = [each for each in sections if each.company_id == stage.unit("telecom")]
    numbers = [len(telecom), 0, 1, 0, sum(each.metres for each in telecom)]
    assert ["Đơn vị telecom" in row[1] and row[2:] for row in rows if row[1].endswith("telecom")] == [
        [str(each) for each in numbers]
    ]
    made = make_cable_document(reference, read_cable_paper(ctx, CableOrder(what="poles", unit="ward-W1")))
    assert "0 tuyến có cáp trên cột" in said(made.body)[0]
