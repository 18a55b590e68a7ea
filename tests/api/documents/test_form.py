"""The form of documents: columns, codes, names of bodies, rooms of a department, who signs beside whom."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from sqlalchemy.orm import Session

from service.documents.form import IssuingOffice, Paper, with_full_stop
from service.documents.offices import office_of
from service.documents.typesetting import NUMBER_MM, broken_well, column_widths
from service.domain.city.reference import Reference, load_reference
from service.domain.documents.offices import issuing_facts, room_symbol
from service.models import Department, UnitOffice
from service.models.documents.kinds import DocumentKind
from tests.support.small_city import NOON, make_small_city

OFFICE = IssuingOffice("Sở Cáp treo", symbol="SCT", signs="Giám đốc", recipients=("UBND thành phố",))


def saved(paper: Paper, folder: Path) -> Any:
    (folder / "file.docx").write_bytes(paper.content())
    return docx.Document(io.BytesIO((folder / "file.docx").read_bytes()))


@pytest.fixture
def room(session: Session) -> tuple[Reference, Department]:
    """Phòng Bưu chính – Viễn thông of Sở Khoa học và Công nghệ, whose office was entered."""
    make_small_city(session)
    above = Department(
        code="so", name={"vi": "Sở Khoa học và Công nghệ"}, short_name={"vi": "Sở"}, kind="city"
    )
    session.add(above)
    session.flush()
    name = {"vi": "Phòng Bưu chính – Viễn thông"}
    found = Department(code="so.bcvt", name=name, short_name=name, kind="city", parent_id=above.id)
    session.add_all(
        [
            found,
            UnitOffice(department_id=above.id, symbol="SKHCN", head="Giám đốc", version=1, updated_at=NOON),
        ]
    )
    session.flush()
    return load_reference(session), found


def test_a_room_writes_in_the_name_of_its_department(
    session: Session, room: tuple[Reference, Department]
) -> None:
    reference, unit = room
    office = office_of(reference, unit.id, entered=issuing_facts(session, unit.id))
    assert (office.issuer, office.symbol, office.room) == ("Sở Khoa học và Công nghệ", "SKHCN", "BCVT")
    assert office.signs == "Giám đốc"
    letter = Paper(office, "Thử", DocumentKind.LETTER)
    assert letter.symbol == "SKHCN-BCVT"


def test_what_was_entered_for_a_room_itself_comes_first(
    session: Session, room: tuple[Reference, Department]
) -> None:
    reference, unit = room
    session.add(
        UnitOffice(department_id=unit.id, room="PBC", head="Trưởng phòng", version=1, updated_at=NOON)
    )
    session.flush()
    office = office_of(reference, unit.id, entered=issuing_facts(session, unit.id))
    assert (office.room, office.signs, office.symbol) == ("PBC", "Trưởng phòng", "SKHCN")
    assert room_symbol("Phòng Thông tin – Báo chí – Xuất bản") == "TTBCXB"
    unlike = replace(reference.departments[unit.id], name={"vi": "Phòng Kinh tế"}, parent_id=None)
    alone = replace(reference, departments={**reference.departments, unit.id: unlike})
    assert office_of(alone, unit.id).issuer == "Phòng Kinh tế"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("ỦY BAN NHÂN DÂN PHƯỜNG THUẬN HÓA", ["ỦY BAN NHÂN DÂN ", "PHƯỜNG~THUẬN~HÓA"]),
        ("PHÒNG BƯU CHÍNH – VIỄN THÔNG", ["PHÒNG BƯU ", "CHÍNH~– ", "VIỄN~THÔNG"]),
        ("TRUNG TÂM GIÁM SÁT, ĐIỀU HÀNH ĐÔ THỊ", ["TRUNG TÂM GIÁM SÁT, ", "ĐIỀU~HÀNH ĐÔ~THỊ"]),
        ("SỞ XÂY DỰNG", ["SỞ XÂY DỰNG"]),
    ],
)
def test_a_bodys_name_breaks_where_one_would_break_it(name: str, lines: list[str]) -> None:
    assert broken_well(name).replace("\u00a0", "~") == "".join(lines)


def test_no_column_is_narrower_than_its_words_and_long_cells_get_the_room() -> None:
    heading = ("Việc", "Đơn vị", "Mã phản ánh", "Số")
    rows = [("Ra quân dọn vệ sinh, thu gom rác ở các bãi tự phát " * 4, "UBND phường", "HUE-W2MM-WW", "7")]
    wide = column_widths(160, heading, rows)
    assert sum(wide) == pytest.approx(160 - NUMBER_MM)
    assert wide[0] == max(wide) and wide[3] == min(wide)
    assert wide[2] > 26  # eleven capitals of 11 pt on one line
    few = column_widths(160, ("Bước", "Số"), [("Đã mời", "3")])
    assert sum(few) == pytest.approx(160 - NUMBER_MM)
    crowded = column_widths(160, ("Thử nghiệm",) * 20, [])
    assert sum(crowded) == pytest.approx(160 - NUMBER_MM) and min(crowded) > 0


def test_codes_do_not_break_and_are_still_read_as_codes(tmp_path: Path) -> None:
    paper = Paper(OFFICE, "Thử")
    paper.write("Xem HUE-7QMF-GQ và V26-0198, đợt 2025-2026.")
    paper.table("", ("Mã",), [("HUE-7QMF-GQ, HUE-WW9T-84",)])
    document = saved(paper, tmp_path)
    assert document.paragraphs[-1].text == "Xem HUE-7QMF-GQ và V26-0198, đợt 2025-2026."
    assert document.tables[0].rows[1].cells[1].text == "HUE-7QMF-GQ, HUE-WW9T-84"
    assert len(document.element.body.findall(f".//{qn('w:noBreakHyphen')}")) == 3 + 4


def test_the_end_of_the_text_goes_along_with_the_signature(tmp_path: Path) -> None:
    paper = Paper(OFFICE, "Thử")
    for text in ("một", "hai", "ba"):
        paper.write(text)
    paper.signature()
    document = saved(paper, tmp_path)
    kept = [paragraph.paragraph_format.keep_with_next for paragraph in document.paragraphs]
    assert kept == [None, True, True, True]
    left, right = document.tables[0].rows[0].cells
    assert left.text.startswith("Nơi nhận:\n- UBND thành phố;\n- Lưu: VT,") and right.text.startswith(
        "GIÁM ĐỐC"
    )


def test_minutes_are_signed_by_both_sides(tmp_path: Path) -> None:
    paper = Paper(OFFICE, "Thử", DocumentKind.MINUTES)
    paper.write("Biên bản được đọc lại.")
    paper.signed_by_both("Đại diện\nđơn vị", "Chủ tọa")
    table = saved(paper, tmp_path).tables[0]
    left, right = table.rows[0].cells
    assert left.text.startswith("ĐẠI DIỆN\nĐƠN VỊ") and right.text.startswith("CHỦ TỌA")
    assert table.rows[1].cells[0].text.startswith("Nơi nhận:")


@pytest.mark.parametrize(
    ("typed", "said"), [("Đồng ý", "Đồng ý."), ("Đồng ý. ", "Đồng ý."), ("Sao?", "Sao?")]
)
def test_a_typed_sentence_ends_once(typed: str, said: str) -> None:
    assert with_full_stop(typed) == said


def test_whatever_people_typed_is_written(tmp_path: Path) -> None:
    odd = "a\x00b\x0bc\uffff\x1b"
    office = IssuingOffice(odd, odd, odd, odd, odd, (odd,), odd, odd)
    paper = Paper(office, "Kế hoạch " + "rất dài " * 60 + odd)
    paper.heading(date(2026, 11, 9), odd)
    paper.title(odd)
    paper.addressed_to(odd, odd)
    paper.part(odd)
    paper.write(odd)
    paper.table(odd, (odd,), [(odd,)], total=(odd,), numbers=(odd,))
    paper.signature()
    paper.signed_by_both(odd, odd)
    paper.annex("II", odd)
    document = saved(paper, tmp_path)
    assert any(paragraph.text == "abc" for paragraph in document.paragraphs)
    assert len(document.core_properties.title) == 255
