"""Documents read in the confined child, and what is refused with what to do instead."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from service.domain.plans.imports.blocks import FileRefused
from service.domain.plans.imports.readers.packages import file_kind
from service.domain.plans.imports.tables import task_tables
from service.errors import AppError, Invalid, TooLarge, UnsupportedMedia
from service.planfile.reader import plan_refusal, read_pasted, read_plan_file
from tests.domain.plans.imports.papers import HEADINGS, cells_003, plan_003, saved, word_file

OPEN = b"application/vnd.oasis.opendocument.text"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def package(**parts: str | bytes) -> bytes:
    """A zip with these parts, `__` for a slash and `_` for a dot."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), body)
    return buffer.getvalue()


def test_word_and_pasted_text_are_read_alike() -> None:
    word = task_tables(read_plan_file("kế hoạch.docx", saved(word_file(cells_003()))))[0]
    pasted = task_tables(read_pasted(plan_003()))[0]
    assert word[0].lines == pasted[0].lines and len(word[0].lines) == 10


def test_a_page_that_was_pasted_is_read_as_it_is_shown() -> None:
    page = (
        "<html><body><h1>KẾ HOẠCH làm sạch biển 2026</h1><table><tr><th rowspan=2>TT<th rowspan=2>Nội dung"
        "<th colspan=2>Thực hiện<th rowspan=2>Thời gian</tr><tr><th>Chủ trì<th>Phối hợp</tr><tr><td>1"
        "<td>Nhặt rác <b>bãi biển</b><td>IOC<td>Công an<td>10.6.2026</tr></table><script>1</script></body>"
    )
    for content in (read_pasted(page), read_plan_file("trang.htm", page.encode())):
        (table,), *_ = task_tables(content)
        (line,) = table.lines
        assert (line.task, line.lead, line.support, line.time) == (
            "Nhặt rác bãi biển",
            "IOC",
            "Công an",
            "10.6.2026",
        )


def test_a_workbook_is_read_as_it_is_shown() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    rows: tuple[list[str], ...] = (
        ["KẾ HOẠCH"],
        ["Làm sạch sông"],
        [],
        ["STT", "Nhiệm vụ", "Chủ trì", "Hoàn thành", "Ghi chú"],
    )
    for row in (
        *rows,
        [1.0, "Vớt bèo", "IOC", date(2026, 3, 5), None],
        ["", "Thu rác", None, date(2026, 4, 1), "x"],
    ):
        sheet.append(row)
    sheet["D6"].number_format = "mm/yyyy"
    sheet.merge_cells("C5:C6")
    sheet.append([2, "Đo", "IOC", "=DATE(2026,5,1)", 0.35])
    sheet["E7"].number_format = "0%"
    sheet.append([])
    sheet.append(["Nơi nhận: như trên"])
    buffer = io.BytesIO()
    book.save(buffer)
    (table,), lines, _ = task_tables(read_plan_file("kh.xlsx", buffer.getvalue()))
    assert [(line.label, line.lead, line.time) for line in table.lines] == [
        ("1", "IOC", "05/03/2026"),
        ("", "IOC", "04/2026"),
        ("2", "IOC", "=DATE(2026,5,1)"),
    ]
    assert table.lines[2].note == "35%"
    assert "Nơi nhận: như trên" in lines


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [";", ","])
def test_a_csv_file_is_read_as_excel_saves_it(separator: str, coding: str) -> None:
    rows = (("STT", "Công việc", "Chủ trì", "Hạn"), ("1", "Vớt bèo, thu; rác", "IOC", "05/03/2026"))
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerows([*rows, ("2", "Đo\nmực nước", "IOC", "Quý I")])
    (table,), *_ = task_tables(read_plan_file("kế hoạch.CSV", buffer.getvalue().encode(coding)))
    assert [(line.label, line.task, line.time) for line in table.lines] == [
        ("1", "Vớt bèo, thu; rác", "05/03/2026"),
        ("2", "Đo\nmực nước", "Quý I"),
    ]


@pytest.mark.parametrize(
    ("name", "data", "kind", "said"),
    [
        ("a.doc", OLD + b"\0" * 600, UnsupportedMedia, "lưu thành .docx"),
        ("a.docx", OLD + "EncryptedPackage".encode("utf-16-le"), UnsupportedMedia, "mật khẩu"),
        ("a.docx", package(word__document_xml="<x/>", word__vbaProject_bin=b"x"), UnsupportedMedia, "macro"),
        ("a.docx", package(word__document_xml=b" " * (21 << 20)), TooLarge, "20 MB"),
        ("a.docx", package(word__document_xml="<x"), Invalid, "Không đọc được"),
        ("a.docx", b"not a zip", Invalid, "Không đọc được"),
        ("a.pdf", b"%PDF-1.7", UnsupportedMedia, "PDF"),
        ("a.png", b"\x89PNG\r\n", UnsupportedMedia, "ảnh"),
        ("a.odt", package(mimetype=OPEN), UnsupportedMedia, "LibreOffice"),
        ("a.rtf", b"{\\rtf1\\ansi", UnsupportedMedia, "lưu thành .docx"),
        ("a.exe", b"MZ", UnsupportedMedia, "Word"),
        ("a.docx", b"", Invalid, "Hãy chọn"),
    ],
    ids=["doc", "password", "macros", "bomb", "broken", "zip", "pdf", "photo", "odt", "rtf", "exe", "none"],
)  # fmt: skip
def test_refusals_say_what_to_do(name: str, data: bytes, kind: type[AppError], said: str) -> None:
    if name != "a.docx" or data[:2] != b"PK" or kind is not Invalid:
        # What the first bytes tell needs no child; the same words come out of it.
        try:
            file_kind(name, data)
        except FileRefused as refused:
            error = plan_refusal(refused)
            assert isinstance(error, kind)
            if data:
                assert said in error.detail
                return
    with pytest.raises(kind, match=said):
        read_plan_file(name, data)


def test_a_picture_of_a_table_is_told_from_prose() -> None:
    png = io.BytesIO()
    from PIL import Image

    Image.new("RGB", (4, 4)).save(png, "PNG")
    document = word_file([["", ""]])
    document.tables[0].cell(0, 0).paragraphs[0].add_run().add_picture(io.BytesIO(png.getvalue()))
    with pytest.raises(FileRefused, match="no_words"):
        task_tables(read_plan_file("a.docx", saved(document)))


def test_a_bomb_that_lies_about_its_size_is_stopped_too() -> None:
    whole = bytearray(package(word__document_xml=b" " * (30 << 20)))
    real = (30 << 20).to_bytes(4, "little")
    assert whole.count(real)
    lying = bytes(whole).replace(real, (100).to_bytes(4, "little"))
    with pytest.raises(AppError):
        read_plan_file("a.docx", lying)


def test_headings_alone_are_no_plan() -> None:
    with pytest.raises(FileRefused):
        task_tables(read_pasted("\t".join(HEADINGS)))
    with pytest.raises(TooLarge):
        read_pasted("x" * 1_000_001)
