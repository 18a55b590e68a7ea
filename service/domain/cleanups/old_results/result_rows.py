"""Rows of an old list of results as they are understood: by guessed columns, each refused one with why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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
from service.domain.kernel.texts import fold, tidy
from service.errors import invalid
from service.i18n import N_

MOST_RESULTS = 500
MOST_PEOPLE, MOST_OF_ALL_ELSE = 100_000, 1_000_000
LONGEST = 300
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "date": ("ngay", "ngay thang", "ngay to chuc", "ngay ra quan", "thoi gian", "date"),
    "place": ("dia diem", "noi to chuc", "noi ra quan", "noi tap trung", "tuyen duong", "duong", "place"),
    "ward": ("phuong, xa", "phuong/xa", "phuong xa", "phuong", "xa", "ward"),
    "people": ("so nguoi", "so nguoi tham gia", "nguoi tham gia", "so luong nguoi", "nguoi", "people"),
    "kg": ("kg", "rac (kg)", "khoi luong (kg)", "khoi luong rac (kg)", "so kg", "kg rac", "rac"),
    "bags": ("so bao", "bao rac", "bao", "bags"),
    "trees": ("so cay", "cay", "cay trong", "so cay trong", "trees"),
    "title": ("ten dot", "noi dung", "hoat dong", "ten hoat dong", "title"),
}
_COUNTED = ("people", "kg", "bags", "trees")
_NUMBER = re.compile(r"\d{1,3}(?:[. ,]\d{3})+|\d+")
_PARTS = re.compile(r"\d{1,7}[.,]\d{1,2}")
_UNITS = re.compile(r"(?:kg|nguoi|bao|cay|luot)\.?$")


@dataclass(frozen=True, slots=True)
class OldCleanup:
    """Result of an old list, `row` as the workbook counts it; `ward_id` where the place names a ward."""

    row: int
    day: date
    title: str
    place: str
    ward_id: int | None
    people: int
    kg: int | None
    bags: int | None
    trees: int | None


OldCleanups = ParsedRows[OldCleanup]


def read_old_cleanups(
    reference: Reference, calendar: Calendar, rows: Sequence[Sequence[str]], today: date
) -> OldCleanups:
    """Return what the rows of a list say; the one with the headings is among the first ten.

    Raises Invalid where columns of day, place or people are missing, TooLarge for too many rows.
    """
    head = find_headings(rows, COLUMNS, ("date", "place", "people"))
    if head is None:
        raise invalid(["file"], N_("Tệp cần có các cột “Ngày”, “Địa điểm” và “Số người”."))
    first, columns = head
    found, wards = OldCleanups(), wards_by_writing(reference)
    for at, cells in filled_cells(rows, first, columns, MOST_RESULTS):
        day, place = day_of_cell(calendar, cells.get("date", "")), place_of_row(cells, LONGEST)
        counts = {name: read_count(cells.get(name, "")) for name in _COUNTED}
        why = _refusal(day, place, counts, today)
        if day is None or why:
            found.refuse(at, why)
            continue
        people = counts.pop("people") or 0
        title = cells.get("title", "")[:LONGEST]
        item = OldCleanup(at, day, title, place, named_ward(place, wards), people, **counts)
        found.take(at, (day, fold(place)), item)
    return found


def read_count(text: str) -> int | None:
    """Return a number as lists write it, `1.250`, `12,5 kg`, `25 người`; None for nothing, -1 for no such."""
    plain = _UNITS.sub("", tidy(fold(text))).strip().removesuffix(".0")
    if not plain or plain in ("-", "–"):
        return None
    if _PARTS.fullmatch(plain):
        return round(float(plain.replace(",", ".")))
    if not _NUMBER.fullmatch(plain):
        return -1
    return int(re.sub(r"\D", "", plain))


def _refusal(day: date | None, place: str, counts: Mapping[str, int | None], today: date) -> str:
    if day is None:
        return NO_DAY
    if day >= today:
        return AHEAD
    if day.year < FIRST_YEAR:
        return LONG_AGO
    if not place:
        return N_("Dòng này không có địa điểm.")
    people = counts["people"]
    if people is None or not 1 <= people <= MOST_PEOPLE:
        return N_("Số người phải từ 1 đến 100.000.")
    if any(each is not None and not 0 <= each <= MOST_OF_ALL_ELSE for each in counts.values()):
        return N_("Có số không đọc được hoặc quá lớn ở dòng này.")
    return ""
