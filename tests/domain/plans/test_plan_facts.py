"""Facts of a plan's documents: who is late with what, and photos of what was done."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from docx import Document
from PIL import Image
from sqlalchemy.orm import Session

from service.documents.plans import make_plan_document
from service.domain.city.reference import Reference
from service.domain.documents.of_plans import PlanDocumentOrder, read_plan_paper
from service.domain.plans.plan_facts import late_units
from service.errors import Invalid
from service.models import Photo, WorkStatus
from tests.support.people import Cast
from tests.support.small_city import NOON
from tests.support.works.stage import WorksStage, draft_row


def photo(session: Session, work_id: UUID, state: str = "ready") -> str:
    """A photo of a work, straight into its table; the key of its small version."""
    names = ("original_key", "public_key", "thumbnail_key")
    keys = {name: f"public/{uuid4()}.webp" for name in names}
    facts = {"kind": "evidence", "media_type": "image/webp", "size": 1, "width": 1, "height": 1}
    row = Photo(
        id=uuid4(), work_id=work_id, state=state, sha256=uuid4().bytes, created_at=NOON, **keys, **facts
    )
    session.add(row)
    session.flush()
    return keys["thumbnail_key"]


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(made, "WEBP")
    return made.getvalue()


def test_in_a_row_for_everyone_only_who_is_late_is_urged(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage = WorksStage(session, reference)
    wards = draft_row("Ra quân", lead=None, everyone=True, last="2026-03-06")
    row = wards | {"lead_words": "UBND các phường, xã"}
    plan = stage.plan_step(cast.manager, stage.keep(cast.manager, row, draft_row("Báo cáo")))
    works = {each.lead_id: each for each in stage.works(plan)}
    done, late = stage.unit("ward-W1"), stage.unit("ward-W2")
    works[done].done_at = works[done].closed_at = stage.now
    works[done].status = WorkStatus.CLOSED
    key, raw = photo(session, works[done].id), photo(session, works[done].id, "raw")
    stage.now += timedelta(days=9)
    ctx = stage.ctx(cast.manager)
    assert late_units(session, plan.id, stage.now) == {late: 1}
    urging = PlanDocumentOrder(what="urging", unit="ward-W2")
    [told] = read_plan_paper(ctx, plan.code, urging).rows
    assert (told.task, told.progress.total, told.progress.late) == ("Ra quân", 1, 1)
    with pytest.raises(Invalid):
        read_plan_paper(ctx, plan.code, urging.model_copy(update={"unit": "ward-W1"}))
    report = read_plan_paper(ctx, plan.code, PlanDocumentOrder(what="progress"))
    assert [each.picture for each in report.facts.pictured] == [key] != [raw]
    document = Document(io.BytesIO(make_plan_document(reference, report, {key: picture()}).body))
    assert "HÌNH ẢNH THỰC HIỆN" in [each.text for each in document.paragraphs]
    assert "1. Ra quân (Đơn vị ward-W1)" in document.tables[-1].rows[0].cells[0].text
    bare = Document(io.BytesIO(make_plan_document(reference, report).body))
    assert "HÌNH ẢNH THỰC HIỆN" not in [each.text for each in bare.paragraphs]


def test_what_is_due_in_the_small_hours_is_due_on_the_citys_day(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage = WorksStage(session, reference)
    plan = stage.plan_step(cast.manager, stage.keep(cast.manager, draft_row("Bó cáp")))
    [work] = stage.works(plan)
    work.due_at = datetime(2026, 3, 31, 19, tzinfo=UTC)  # 2:00 of the day after, there
    session.flush()
    stage.now = datetime(2026, 4, 1, 1, tzinfo=UTC)
    order = PlanDocumentOrder(what="progress", until=date(2026, 3, 31))
    report = read_plan_paper(stage.ctx(cast.manager), plan.code, order)
    assert [day for _, day in report.facts.coming] == [date(2026, 4, 1)]
    document = Document(io.BytesIO(make_plan_document(reference, report).body))
    assert "- Bó cáp (Phòng, hạn 01/04/2026)." in [each.text for each in document.paragraphs]
