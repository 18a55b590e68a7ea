"""Answers in a carrier's own words and columns, and what is too much for one workbook."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from service.domain.number_cases.forms import MOST_NUMBERS
from service.domain.number_cases.sheet import ParsedAnswerSheet, read_sheet
from service.domain.number_cases.views import tell_request
from service.domain.number_cases.words import written_answer
from service.domain.plans.imports.readers.xlsx_file import read_xlsx
from service.errors import TooLarge
from service.models import CarrierAnswer
from tests.support.numbers.stage import NumbersStage
from tests.support.people import Cast

ASKED = ["0951234501", "0951234502", "0951234503"]


def read(stage: NumbersStage, cast: Cast, rows: list[list[object]]) -> ParsedAnswerSheet:
    """What is made of a workbook that answers a letter about ASKED."""
    for each in ASKED:
        stage.verified(cast.triage, each)
    found = stage.send(cast.department, stage.request(cast.department, ASKED))
    book, data = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    told = tell_request(stage.ctx(cast.executor), found)
    return read_sheet(stage.reference, told, read_xlsx(data.getvalue()))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Đang hoạt động", CarrierAnswer.OURS),
        ("Thuộc mạng", CarrierAnswer.OURS),
        ("Thuê bao của chúng tôi", CarrierAnswer.OURS),
        ("Thuộc mạng Viettel", None),
        ("Không tồn tại", CarrierAnswer.NOT_IN_USE),
        ("Chưa đăng ký thông tin", CarrierAnswer.UNREGISTERED),
        ("Đã chuyển mạng sang Viettel", CarrierAnswer.PORTED),
        ("Chuyển mạng giữ số (Viettel)", CarrierAnswer.PORTED),
        ("Thuê bao đã chuyển mạng", CarrierAnswer.PORTED),
        ("Chưa chuyển mạng", None),
        ("Không cần trả lời nữa", None),
        ("xyz", None),
    ],
)
def test_answers_are_understood_as_carriers_write_them(said: str, answer: CarrierAnswer | None) -> None:
    assert written_answer(said) == answer


def test_a_carriers_own_list_is_read(stage: NumbersStage, cast: Cast) -> None:
    """Its own headings below a title, numbers without their zero, the new carrier said in the result."""
    sheet = read(
        stage,
        cast,
        [
            ["TRUNG TÂM VIỄN THÔNG"],
            [],
            ["TT", "Số điện thoại", "Trạng thái", "Ghi chú"],
            [1, "0951.234.501", "Đang hoạt động", ""],
            [2, 951234502, "Đã chuyển mạng sang sanitation.", ""],
            [3, "+84951234503", "Đã chuyển mạng", "không rõ sang đâu"],
        ],
    )
    assert [(each.number, str(each.answer), each.ported_to) for each in sheet.items] == [
        (ASKED[0], "ours", None),
        (ASKED[1], "ported", "sanitation"),
    ]
    assert sheet.refused == [(6, "Không rõ số đã chuyển đến nhà mạng nào.")]


def test_no_row_of_a_long_list_is_left_out_unsaid(stage: NumbersStage, cast: Cast) -> None:
    rows: list[list[object]] = [[f"0951{at:06}", "Đúng"] for at in range(MOST_NUMBERS)]
    with pytest.raises(TooLarge):
        read(stage, cast, [["Số thuê bao", "Kết quả"], *rows, [ASKED[0], "Đúng"]])
