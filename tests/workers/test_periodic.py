"""The periodic report: asked for on the manager's page, made by the worker, opened with python-docx."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.documents.form import COUNTRY, FONT, MOTTO, IssuingOffice
from service.documents.periodic import period_words
from service.domain.city.reference import Reference, load_reference
from service.domain.documents.signing import DocumentSigning
from service.domain.figures.upkeep import rebuild
from service.domain.queries.manage import lists
from service.domain.queries.manage.periods import Period, period_containing
from service.domain.queries.manage.selection import read_selection
from service.domain.workspaces.downloads import orders
from service.models import City, OfficialDocument, Report
from tests.support.factories import found_city, make_report
from tests.support.people import Cast, make_cast
from tests.workers.test_downloads import environment, worker

__all__ = ["environment", "worker"]
ADMINISTRATION = {
    "superior": "Ủy ban nhân dân thành phố Nhỏ",
    "issuer": "Trung tâm điều hành",
    "symbol": "TTĐH",
    "place": "Thành phố Nhỏ",
    "signs": "Giám đốc",
    "recipients": ["UBND thành phố (để báo cáo)", "Các phường"],
}


@pytest.fixture
def town(clean_engine: Engine) -> tuple[Reference, Cast]:
    with unit_of_work(clean_engine) as session:
        found_city(session)
        city = session.get_one(City, 1)
        session.execute(update(City).values(config={**city.config, "administration": ADMINISTRATION}))
        session.expire_all()
        reference = load_reference(session)
        cast = make_cast(session, reference)
        at = datetime.now(UTC)
        for number in range(9):
            done: dict[str, Any] = (
                {"resolved_at": at, "due_at": at + timedelta(days=number - 2)} if number > 1 else {}
            )
            make_report(session, reference, "closed" if done else "in_progress", at=at, **done)
        make_report(session, reference, "in_progress", lead="ward-W2", at=at)
        rebuild(session, ZoneInfo(reference.timezone))
        return reference, cast


def day_of_reports(session: Session) -> str:
    """The day on which the town's reports came: the file may be made after midnight."""
    at = session.scalars(select(func.max(Report.created_at))).one()
    return f"{at.astimezone(ZoneInfo(load_reference(session).timezone)):%Y-%m-%d}"


def written(worker: ModuleType, engine: Engine, cast: Cast, who: str, **asked: Any) -> Any:
    person = cast.everyone()[who]
    with unit_of_work(engine) as session:
        asked["at"] = day_of_reports(session)
        made: UUID = orders.order_download(
            session, person.actor, "periodic", "docx", asked, language="en", now=worker.now()
        ).id
    worker.make()
    with unit_of_work(engine) as session:
        view, key = orders.file_of(session, person.asker, made, now=worker.now())
    assert view.filename.endswith(".docx")
    return docx.Document(io.BytesIO(worker.storage().get(key)))


def all_text(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_a_monthly_report_has_the_form_of_the_administration(
    worker: ModuleType, clean_engine: Engine, town: tuple[Reference, Cast]
) -> None:
    document = written(worker, clean_engine, town[1], "triage", period="month")
    left, right = document.tables[0].rows[0].cells
    assert left.text.replace("\u00a0", " ").split("\n")[:2] == [
        "ỦY BAN NHÂN DÂN THÀNH PHỐ NHỎ",
        "TRUNG TÂM ĐIỀU HÀNH",
    ]
    assert right.text.split("\n")[:2] == [COUNTRY, MOTTO]
    number, place = (cell.text for cell in document.tables[0].rows[1].cells)
    assert number.startswith("Số:")
    assert number.endswith("/BC-TTĐH")
    assert place.startswith("Thành phố Nhỏ, ngày")
    text = all_text(document)
    for part in ("BÁO CÁO", "I. TÌNH HÌNH", "II. KẾT QUẢ", "III.", "IV.", "V.", "Nơi nhận:", "GIÁM ĐỐC"):
        assert part in text
    assert "- UBND thành phố (để báo cáo);" in text
    assert "- Lưu: VT, ……." in text
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert [h for h in headings if h.startswith("Phụ lục")] == [
        f"Phụ lục {n}" for n in ("I", "II", "III", "IV")
    ]


def test_page_and_type_are_those_of_the_decree(
    worker: ModuleType, clean_engine: Engine, town: tuple[Reference, Cast]
) -> None:
    document = written(worker, clean_engine, town[1], "triage", period="month")
    for section in document.sections:
        assert section.orientation == WD_ORIENT.PORTRAIT
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert 20 <= round(section.top_margin.mm) <= 25
        assert 20 <= round(section.bottom_margin.mm) <= 25
        assert 30 <= round(section.left_margin.mm) <= 35
        assert 15 <= round(section.right_margin.mm) <= 20
    for name in ("Normal", "Heading 1"):
        style = document.styles[name]
        assert style.font.name == FONT
        assert 13 <= style.font.size.pt <= 14
        assert style.element.rPr.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"
    assert document.core_properties.language == "vi-VN"
    for table in document.tables:
        if table.style.name == "Table Grid":
            assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
            assert table.rows[0].cells[0].text == "STT"
            assert sum(column.width for column in table.columns) <= Mm(161)


def test_its_numbers_are_those_of_the_dashboard(
    worker: ModuleType, clean_engine: Engine, town: tuple[Reference, Cast]
) -> None:
    reference, cast = town
    document = written(worker, clean_engine, cast, "triage", period="month")
    with unit_of_work(clean_engine) as session:
        asked = {"period": "month", "at": day_of_reports(session)}
        wanted = read_selection(reference, cast.triage.actor, asked, worker.now())
        board, _ = lists.read_board(session, reference, wanted, now=worker.now())
    text = all_text(document)
    now = board.total
    assert f"Tổng số phản ánh tiếp nhận: {now.received}" in text
    assert f"Đúng hạn {now.on_time} trên {now.decided}" in text
    league = [t for t in document.tables if t.rows[0].cells[1].text == "Đơn vị"][-1]
    *told, total = [[cell.text for cell in row.cells] for row in league.rows[1:]]
    assert {name: received for _, name, received, *_ in told} == {
        row.name: str(row.now.received) for row in board.departments
    }
    assert [number for number, *_ in told] == [str(row.place or "–") for row in board.departments]
    assert total[1:3] == ["Tổng cộng", str(now.received)]


def test_a_managers_report_is_of_their_department(
    worker: ModuleType, clean_engine: Engine, town: tuple[Reference, Cast]
) -> None:
    document = written(worker, clean_engine, town[1], "manager", period="year")
    assert "ĐƠN VỊ CITY-CABLES" in document.tables[0].rows[0].cells[0].text.replace("\u00a0", " ")
    text = all_text(document)
    assert "Tổng số phản ánh tiếp nhận: 9" in text
    assert "ward-W2" not in text


def test_it_stands_in_the_register_of_who_writes_for_the_office(
    worker: ModuleType, clean_engine: Engine, town: tuple[Reference, Cast]
) -> None:
    """Once, as it was ordered; not where it was only to be looked at."""
    written(worker, clean_engine, town[1], "manager", period="month")
    said = {"signs": "authority", "post": "Trưởng phòng", "recipients": ["Các phường"], "enter": True}
    document = written(worker, clean_engine, town[1], "manager", period="month", **said)
    assert "TRƯỞNG PHÒNG" in all_text(document) and "- Các phường;" in all_text(document)
    with unit_of_work(clean_engine) as session:
        [row] = session.scalars(select(OfficialDocument)).all()
        assert (row.kind, row.recipients) == ("BC", ["Các phường"])
        assert row.made_by == town[1].manager.actor.staff_id
        assert row.about.startswith("Kết quả tiếp nhận, xử lý phản ánh hiện trường tháng")
        stored = docx.Document(io.BytesIO(worker.storage().get(row.file_key)))
    assert all_text(stored) == all_text(document)


def test_a_deputy_signs_in_the_place_of_the_head(reference_without: Reference) -> None:
    from service.documents.offices import office_of

    frame = reference_without.config.administration.model_copy(update={"signs": "Giám đốc"})
    config = reference_without.config.model_copy(update={"administration": frame})
    deputy = DocumentSigning(signs="deputy", signer="Nguyễn Văn An")
    office = office_of(replace(reference_without, config=config), None, deputy)
    assert (office.signs, office.signer) == ("KT. Giám đốc\nPhó Giám đốc", "Nguyễn Văn An")


def test_a_ward_writes_as_its_peoples_committee(reference_without: Reference) -> None:
    from service.documents.offices import office_of

    view = reference_without.department_by_code["ward-W1"]
    named = replace(view, name={"vi": "UBND phường Thuận Hóa"})
    reference = replace(reference_without, departments={**reference_without.departments, view.id: named})
    office = office_of(reference, view.id, DocumentSigning(signs="deputy"))
    assert office.issuer == "Ủy ban nhân dân phường Thuận Hóa"
    assert office.symbol == "UBND"
    assert office.signs == "TM. Ủy ban nhân dân\nKT. Chủ tịch\nPhó Chủ tịch"
    by_order = DocumentSigning(signs="order", post="Chánh Văn phòng")
    assert office_of(reference, view.id, by_order).signs == "TL. Chủ tịch\nChánh Văn phòng"


def test_nobody_is_invented_where_the_city_says_nothing(reference_without: Reference) -> None:
    from service.documents.offices import office_of

    assert office_of(reference_without, None) == IssuingOffice("Thành phố Nhỏ")


@pytest.fixture
def reference_without(clean_engine: Engine) -> Reference:
    with unit_of_work(clean_engine) as session:
        return found_city(session)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("month", "tháng 03 năm 2026"),
        ("quarter", "quý I năm 2026"),
        ("year", "năm 2026"),
        ("week", "tuần 10 năm 2026 (từ 02/03/2026 đến 08/03/2026)"),
    ],
)
def test_a_period_is_called_as_people_call_it(kind: str, words: str) -> None:
    assert period_words(period_containing(kind, date(2026, 3, 4))) == words
    free = Period("free", date(2026, 3, 1), date(2026, 3, 9))
    assert period_words(free) == "từ ngày 01/03/2026 đến ngày 09/03/2026"
