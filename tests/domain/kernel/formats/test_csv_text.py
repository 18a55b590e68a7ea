"""CSV files as spreadsheets save them: each coding, each separator, titles above, commas inside."""

from __future__ import annotations

import unicodedata

import pytest

from service.domain.kernel.formats.csv_text import MOST_CELLS, decode_text, read_csv_cells
from service.errors import Invalid, TooLarge

ROWS = [["Số điện thoại", "Địa điểm", "Ngày"], ["0905 111 222", "Ngõ 12 Lê Lợi", "12/03/2025"]]


def windows_1258(text: str) -> bytes:
    """The bytes of a Vietnamese Windows: each tone behind its letter, the alphabet's own marks on it."""
    return "".join(_apart(letter) for letter in unicodedata.normalize("NFC", text)).encode("cp1258")


def _apart(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    tone = next((each for each in "\u0300\u0301\u0303\u0309\u0323" if each in parts), "")
    return unicodedata.normalize("NFC", parts.replace(tone, "")) + tone if tone else letter


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_coding_and_separator_gives_the_same_cells(mark: str, end: str) -> None:
    text = end.join(mark.join(row) for row in ROWS)
    apart = unicodedata.normalize("NFD", text)
    for data in (
        text.encode(),
        text.encode("utf-8-sig"),
        text.encode("utf-16"),
        b"\xfe\xff" + text.encode("utf-16-be"),
        apart.encode(),
        windows_1258(text),
    ):
        assert read_csv_cells(data) == ROWS


@pytest.mark.parametrize(
    "text",
    [
        # A title, and addresses with more commas than the row has separators.
        "Danh sách, đợt 1;;\nMã;Nơi;Ngày\nC1;12 Lê Lợi, phường Thuận Hóa, Huế;1/3/2025\n",
        "Mã;Nơi (số nhà, đường, phường, xã);Ngày\nC1;12, Lê Lợi;1/3/2025\nC2;Chợ Đông Ba;1/3/2025\n",
        'Mã,Nơi,Ngày\nC1,"12 Lê Lợi; 14 Lê Lợi; 16 Lê Lợi; 18 Lê Lợi",1/3/2025\n',
        'Mã,Nơi,Ngày\nC1,"Hai\ndòng",1/3/2025\n',
    ],
)
def test_what_stands_inside_of_cells_does_not_part_them(text: str) -> None:
    rows = read_csv_cells(text.encode())
    assert {len(row) for row in rows} == {3}
    assert [row[2] for row in rows][-1] == "1/3/2025"


def test_one_column_is_a_list_too() -> None:
    assert read_csv_cells("Số\n0905111222\n".encode()) == [["Số"], ["0905111222"]]
    assert read_csv_cells(b"") == []


@pytest.mark.parametrize("data", [b"\n" * (MOST_CELLS + 1), b"a;\n" * (MOST_CELLS // 3 + 1)])
def test_a_file_of_nothing_but_cells_is_too_large(data: bytes) -> None:
    with pytest.raises(TooLarge):
        read_csv_cells(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00",  # half a letter of UTF-16
        "Số điện thoại".encode("utf-16-le")[1:] + b"\xff",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99,  # a workbook of before 2007
        b"PK\x03\x04\x14\x00\x06\x00",
        ("a" + "\u0301\u0323" * 400_000).encode(),  # to compose it would take an hour
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no text"):
        decode_text(data)
    with pytest.raises(Invalid) as refused:
        read_csv_cells(data)
    assert refused.value.errors[0].msg == "Không đọc được tệp. Hãy lưu thành .xlsx hoặc CSV UTF-8."
