"""A request's numbers as a workbook, and the answers that a carrier wrote into one: by guessed columns."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pydantic import ValidationError

from service.domain.city.office_lists import HEAD_ROWS, NO_DAY, filled_cells, find_headings
from service.domain.city.reference import Reference
from service.domain.kernel.formats.workbooks import new_workbook, write_headings
from service.domain.kernel.texts import fold
from service.domain.kernel.written_days import read_day
from service.domain.number_cases.forms import MOST_NUMBERS, NumberAnswer
from service.domain.number_cases.photo_links import AnnexLinks
from service.domain.number_cases.views import CarrierRequestView
from service.domain.number_cases.words import (
    ACTION_WORDS,
    ANSWER_WORDS,
    PURPOSE_WORDS,
    written_action,
    written_answer,
)
from service.domain.numbers.written import number_in_answer
from service.domain.plans.imports.blocks import Content, GridTable
from service.errors import invalid
from service.i18n import N_
from service.models import CarrierAction, CarrierAnswer, RequestPurpose

HEADINGS = (
    ("STT", 6),
    ("Số thuê bao", 16),
    ("Nội dung", 28),
    ("Địa điểm", 28),
    ("Thời gian", 12),
    ("Ảnh", 10),
    ("Kết quả", 26),
    ("Chuyển đến", 18),
    ("Đã làm", 16),
    ("Ngày", 12),
    ("Ghi chú", 36),
)
PICTURE, RESULT, DONE = 5, 6, 8
"""Columns of the workbook, counted from zero: the link to the photo, and the two with words to choose."""
SEE_PHOTO = "Xem ảnh"
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("so thue bao", "so dien thoai", "thue bao", "sdt", "so dt", "dien thoai", "so may", "so"),
    "answer": (
        "ket qua",
        "tra loi",
        "ket qua xac minh",
        "ket qua kiem tra",
        "trang thai",
        "tinh trang",
        "tinh trang thue bao",
        "trang thai thue bao",
    ),
    "ported": ("chuyen den", "nha mang moi", "chuyen sang", "chuyen mang sang", "chuyen mang den"),
    "action": ("da lam", "da thuc hien", "xu ly"),
    "on": ("ngay", "ngay thuc hien"),
    "note": ("ghi chu",),
}
_WHERETO = re.compile(r"\b(?:sang|den|qua)\s+(?:nha\s+mang\s+|mang\s+)?(.+)$|\(([^()]+)\)\s*$")
"""Where a result itself says to which carrier a number went: `Đã chuyển mạng sang Viettel`."""

UNREAD = N_("Không đọc được số điện thoại.")
NOT_ASKED = N_("Công văn này không hỏi về số đó.")
TWICE = N_("Số này có hai dòng trong tệp.")
NO_ANSWER = N_("Không hiểu kết quả ở dòng này.")
NO_CARRIER = N_("Không rõ số đã chuyển đến nhà mạng nào.")
NO_ACTION = N_("Không hiểu cột “Đã làm” ở dòng này.")


@dataclass(slots=True)
class ParsedAnswerSheet:
    """Answers of a workbook; `refused` are its rows, counted as Excel does, with why."""

    items: list[NumberAnswer] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """Number of rows that were understood."""
        return len(self.items)


def request_sheet(request: CarrierRequestView, links: AnnexLinks) -> bytes:
    """Return the workbook; words are written as words, never as formulas, so that no zero is lost. A photo
    is one click away from the number, until the day that its link says.
    """
    buffer = io.BytesIO()
    book = new_workbook(buffer)
    sheet = book.add_worksheet(request.code)
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
    write_headings(sheet, HEADINGS, bold)
    for at, cells in enumerate(sheet_rows(request), 1):
        for column, text in enumerate(cells):
            sheet.write_string(at, column, text)
    for at, each in enumerate(request.numbers, 1):
        if each.id in links.by_number:
            until = f"Mở được đến {links.until:%d/%m/%Y}"
            sheet.write_url(at, PICTURE, links.by_number[each.id], string=SEE_PHOTO, tip=until)
    answers = [name for each, name in ANSWER_WORDS.items() if each != CarrierAnswer.NONE]
    last = max(1, len(request.numbers))
    sheet.data_validation(1, RESULT, last, RESULT, {"validate": "list", "source": answers})
    sheet.data_validation(1, DONE, last, DONE, {"validate": "list", "source": list(ACTION_WORDS.values())})
    sheet.freeze_panes(1, 2)
    book.close()
    return buffer.getvalue()


def sheet_rows(request: CarrierRequestView) -> list[tuple[str, ...]]:
    """Return the numbers as the rows of an annex, answers as far as there are any, links left out."""
    what = PURPOSE_WORDS[RequestPurpose(request.purpose)]
    return [
        (
            str(at),
            each.number,
            what,
            each.ward,
            _day(each.seen_on),
            "",
            ANSWER_WORDS[CarrierAnswer(each.answer)] if each.answer else "",
            each.ported_to["name"] if each.ported_to else "",
            ACTION_WORDS[CarrierAction(each.action)] if each.answer else "",
            _day(each.action_on),
            each.note,
        )
        for at, each in enumerate(request.numbers, 1)
    ]


def read_sheet(reference: Reference, request: CarrierRequestView, content: Content) -> ParsedAnswerSheet:
    """Return the answers in a workbook's first table that has the two columns of numbers and results; a row
    without a result is no answer yet. Raises Invalid where there is no such table, TooLarge for more than
    MOST_NUMBERS rows.
    """
    for block in content.blocks:
        if isinstance(block, GridTable):
            head = _head(block)
            if head is not None:
                return _read(reference, request, block, *head)
    raise invalid(["file"], N_("Tệp cần có cột “Số thuê bao” và cột “Kết quả”."))


def _read(
    reference: Reference,
    request: CarrierRequestView,
    table: GridTable,
    first: int,
    columns: Mapping[str, int],
) -> ParsedAnswerSheet:
    numbers, found = {each.number for each in request.numbers}, ParsedAnswerSheet()
    seen: set[str] = set()
    rows = [[cell.text for cell in row] for row in table.rows]
    for at, cells in filled_cells(rows, first, columns, MOST_NUMBERS):
        if not cells.get("answer"):
            continue
        number = _number(cells.get("number", ""))
        why = (
            UNREAD
            if number is None
            else NOT_ASKED
            if number not in numbers
            else TWICE
            if number in seen
            else ""
        )
        if number is None or why:
            found.refused.append((at, why))
            continue
        seen.add(number)
        answer = _answer(reference, request, number, cells)
        if isinstance(answer, str):
            found.refused.append((at, answer))
        else:
            found.items.append(answer)
    return found


def _answer(
    reference: Reference, request: CarrierRequestView, number: str, cells: Mapping[str, str]
) -> NumberAnswer | str:
    """Return the answer of a row, or the sentence that says what is wrong with it."""
    answer, action = written_answer(cells["answer"]), written_action(cells.get("action", ""))
    if answer is None:
        return NO_ANSWER
    if action is None:
        return NO_ACTION
    where = cells.get("ported") or _where_to(cells["answer"])
    ported = _carrier(reference, where) if answer == CarrierAnswer.PORTED else None
    if answer == CarrierAnswer.PORTED and (
        ported is None or ported == (request.carrier["code"] if request.carrier else None)
    ):
        return NO_CARRIER
    try:
        on = read_day(cells["on"]) if cells.get("on") else None
    except ValueError:
        return NO_DAY
    fields: dict[str, object] = {"number": number, "answer": answer, "ported_to": ported, "action": action}
    try:
        return NumberAnswer(**fields, action_on=on, note=cells.get("note", "")[:2000])
    except ValidationError:
        return NO_ANSWER


def _head(table: GridTable) -> tuple[int, dict[str, int]] | None:
    """Return the row of the headings among the first ten, and the columns that were recognised."""
    texts = [[cell.text for cell in row] for row in table.rows[:HEAD_ROWS]]
    return find_headings(texts, _COLUMNS, ("number", "answer"))


def _number(text: str) -> str | None:
    """Return the digits of a number, also of one that a workbook took for a sum and robbed of its zero."""
    found = number_in_answer(text) or (number_in_answer(f"0{text}") if len(text) in (9, 10) else None)
    return found.digits if found else None


def _where_to(result: str) -> str:
    found = _WHERETO.search(fold(result))
    return (found[1] or found[2]).strip(" .") if found else ""


def _carrier(reference: Reference, text: str) -> str | None:
    """Return the code of the company that a cell names by its code or one of its names."""
    folded = fold(text)
    named = {fold(name): code for name, code in reference.config.numbers.carriers.items()}
    for each in reference.departments.values():
        names: Sequence[str] = (each.code, *each.name.values(), *(each.short_name or {}).values())
        if folded and each.kind == "company" and folded in {fold(name) for name in names}:
            return each.code
    return named.get(folded) if folded else None


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
