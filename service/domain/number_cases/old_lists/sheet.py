"""Rows of an office's old list as they are understood: by guessed columns, each refused one with why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from service.domain.city.calendar import Calendar
from service.domain.city.office_lists import (
    AHEAD,
    FIRST_YEAR,
    LONG_AGO,
    NO_DAY,
    ParsedRows,
    day_of_cell,
    filled_cells,
    find_headings,
    named_ward,
    place_of_row,
    wards_by_writing,
)
from service.domain.city.reference import Reference
from service.domain.numbers.telephones import Telephone
from service.domain.numbers.written import number_in_answer
from service.errors import invalid
from service.i18n import N_

MOST_ROWS = 2000
LONGEST_PLACE, LONGEST_WORDS = 300, 500
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": (
        "so thue bao",
        "so dien thoai",
        "dien thoai",
        "thue bao",
        "so may",
        "sdt",
        "so dt",
        "number",
        "so",
    ),
    "date": ("ngay", "ngay thang", "ngay phat hien", "ngay ghi nhan", "ngay thay", "thoi gian", "date"),
    "place": ("dia diem", "noi thay", "noi dan", "vi tri", "dia chi", "tuyen duong", "duong", "place"),
    "ward": ("phuong, xa", "phuong/xa", "phuong xa", "phuong", "xa", "ward"),
    "words": ("noi dung", "noi dung quang cao", "loi quang cao", "quang cao", "ghi chu", "words"),
}
NO_NUMBER = N_("Không đọc được số điện thoại.")


@dataclass(frozen=True, slots=True)
class OldListRow:
    """Row of an old list, `row` as the workbook counts it; `ward_id` where the place names a ward."""

    row: int
    number: Telephone
    seen_on: date
    place: str
    ward_id: int | None
    words: str


OldList = ParsedRows[OldListRow]


def read_old_list(
    reference: Reference, calendar: Calendar, rows: Sequence[Sequence[str]], now: datetime
) -> OldList:
    """Return what the rows of a list say; the one with the headings is among the first ten.

    Raises Invalid where there is no column of numbers or none of days, TooLarge for too many rows.
    """
    head = find_headings(rows, COLUMNS, ("number", "date"))
    if head is None:
        raise invalid(["file"], N_("Tệp cần có cột “Số điện thoại” và cột “Ngày”."))
    first, columns = head
    found, wards = OldList(), wards_by_writing(reference)
    today = calendar.local(now).date()
    for at, cells in filled_cells(rows, first, columns, MOST_ROWS):
        number, day = _number(cells.get("number", "")), day_of_cell(calendar, cells.get("date", ""))
        why = _refusal(number, day, today)
        if number is None or day is None or why:
            found.refuse(at, why)
            continue
        place = place_of_row(cells, LONGEST_PLACE)
        words = cells.get("words", "")[:LONGEST_WORDS]
        item = OldListRow(at, number, day, place, named_ward(place, wards), words)
        found.take(at, (number.e164, day, place), item)
    return found


def midnight_of(calendar: Calendar, day: date) -> datetime:
    """Return when a day of the list began in the city."""
    return datetime.combine(day, time(), calendar.timezone)


def _number(text: str) -> Telephone | None:
    """Return the number of a cell, also of one that a workbook took for a sum and robbed of its zero."""
    digits = text.removesuffix(".0")
    return number_in_answer(digits) or (number_in_answer(f"0{digits}") if len(digits) in (9, 10) else None)


def _refusal(number: Telephone | None, day: date | None, today: date) -> str:
    if number is None:
        return NO_NUMBER
    if day is None:
        return NO_DAY
    return AHEAD if day > today else LONG_AGO if day.year < FIRST_YEAR else ""
