"""Lists that are uploaded: by content, whatever they are called; what is refused says what to do."""

from __future__ import annotations

import io

import anyio
import openpyxl
import pytest

from service.errors import AppError
from service.web.reading.table_file import read_first_table, read_tables

ROWS = [["Nhà", "Đơn vị", "Việc"], ["Nhà A", "Văn phòng", "Lau kính, quét sân"]]


def workbook() -> bytes:
    book, held = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    book.create_sheet("Trang 2").append(["Một", "Hai"])
    book.save(held)
    return held.getvalue()


@pytest.mark.parametrize("name", ["danh sach.csv", "danh sach.xlsx", "danh sach.txt", ""])
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_file_goes_by_its_content(name: str, coding: str, mark: str) -> None:
    text = "\r\n".join(mark.join(row) for row in ROWS)
    assert anyio.run(read_first_table, name, text.encode(coding)) == ROWS


def test_a_workbook_is_read_sheet_by_sheet() -> None:
    assert anyio.run(read_tables, "a.csv", workbook()) == [ROWS, [["Một", "Hai"]]]
    assert anyio.run(read_first_table, "a.xlsx", workbook()) == ROWS


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "Hãy chọn một tệp Excel (.xlsx) hoặc CSV."),
        (workbook()[:900], "Không đọc được tệp. Hãy lưu thành .xlsx hoặc CSV UTF-8."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "Không đọc được tệp. Hãy lưu thành .xlsx hoặc CSV UTF-8."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0" + "EncryptedPackage".encode("utf-16-le"),
            "Tệp có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.",
        ),
    ],
)
def test_what_cannot_be_read_says_what_to_do(data: bytes, told: str) -> None:
    with pytest.raises(AppError) as refused:
        anyio.run(read_first_table, "a.xlsx", data)
    assert [each.msg for each in refused.value.errors] == [told]
