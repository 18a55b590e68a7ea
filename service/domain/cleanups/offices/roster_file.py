"""Rosters out of workbooks: building, unit, thing and day or month a row; a clean-up for each day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select

from service.domain.city.office_lists import filled_cells, find_headings
from service.domain.cleanups.drafts import lead_of
from service.domain.cleanups.offices.map_file import units_by_name
from service.domain.cleanups.offices.premises import find_premises
from service.domain.cleanups.offices.roster import NewRoster, RosterItem, enter_roster, read_roster_day
from service.domain.kernel.texts import fold
from service.domain.kernel.written_days import read_moment
from service.domain.works.actions import ActionContext
from service.domain.works.forms import Code
from service.domain.works.units import unit_code
from service.errors import AppError, FieldError, Invalid, invalid
from service.i18n import N_
from service.models import Premises, Work

MOST_ROWS, MOST_A_DAY = 2000, 100
LONGEST = 300
BEGINS = "07:30"
SATURDAY = 5
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "building": ("nha", "toa nha", "khu nha", "building"),
    "unit": ("don vi", "don vi thuc hien", "phong, ban", "unit"),
    "words": ("viec", "noi dung", "cong viec", "hang muc", "item"),
    "day": ("ngay", "ngay thuc hien", "thoi gian", "day", "date"),
    "month": ("thang", "month"),
    "time": ("gio", "gio bat dau", "time"),
    "code": ("ma dot", "code"),
}
_MONTH = re.compile(r"(?:thang\s*)?(\d{1,2})\s*[/.\-]\s*(\d{4})|(\d{4})-(\d{2})")
_HOURS = re.compile(r"(\d{1,2})\s*[:hg]\s*(\d{2})?")
Problem = tuple[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class RosterImport:
    """Codes of clean-ups that a file made, and how many of its days were there already."""

    codes: Sequence[str]
    known: int


def take_rosters(
    ctx: ActionContext, key: bytes, premises_id: int, rows: Sequence[Sequence[str]], *, announce: bool = False
) -> RosterImport:
    """Enter the days of a workbook, all or none: those that were entered before stay as they are, and so do
    rows with a clean-up's code. A month without a day is its first Saturday.

    Raises NotFound, Forbidden; Invalid names the wrong rows; TooLarge for too many.
    """
    premises = find_premises(ctx.session, ctx.actor, premises_id)
    lead_of(ctx, unit_code(ctx.reference, premises.department_id) or "")
    days = _read_days(ctx, rows)
    ids = {_identity(premises, day): (day, items) for day, items in days.items()}
    known = set(ctx.session.scalars(select(Work.id).where(Work.id.in_(list(ids)))))
    codes = []
    for id_, ((day, begins), items) in ids.items():
        if id_ not in known:
            form = NewRoster.model_validate(
                {"id": id_, "day": f"{day:%d/%m/%Y}", "time": begins, "items": items, "announce": announce}
            )
            codes.append(enter_roster(ctx, key, premises_id, form)[0].work.code)
    return RosterImport(codes, len(known))


def _read_days(ctx: ActionContext, rows: Sequence[Sequence[str]]) -> dict[tuple[date, str], list[RosterItem]]:
    head = find_headings(rows, COLUMNS, ("building", "unit", "words"))
    if head is None or not {"day", "month"} & head[1].keys():
        raise invalid(["file"], N_("Tệp cần có các cột “Nhà”, “Đơn vị”, “Việc” và “Ngày” hoặc “Tháng”."))
    first, columns = head
    units, errors = units_by_name(ctx.reference), list[FieldError]()
    today = ctx.calendar.local(ctx.now).date()
    found: dict[tuple[date, str], list[RosterItem]] = {}
    for at, cells in filled_cells(rows, first, columns, MOST_ROWS):
        if cells.get("code"):
            continue
        try:
            day = _day(ctx, cells)
            if day < today:
                raise invalid(["day"], N_("Ngày này đã qua."))
            key = day, _begins(cells.get("time", ""))
            unit = units.get(fold(cells.get("unit", "")), "")
            found.setdefault(key, []).append(_item(cells, unit))
            if len(found[key]) > MOST_A_DAY:
                raise invalid(["file"], N_("Mỗi ngày nhiều nhất {most} việc."), most=MOST_A_DAY)
        except AppError as error:
            errors += [FieldError(("rows", at, *each.loc), each.msg, each.params) for each in error.errors]
    if errors:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors[:MOST_A_DAY])
    if not found:
        raise invalid(["file"], N_("Tệp không có việc nào mới."))
    return found


def _item(cells: Mapping[str, str], unit: Code) -> RosterItem:
    if not unit:
        raise invalid(["unit"], N_("Không có đơn vị “{code}”."), code=cells.get("unit", ""))
    building, words = cells.get("building", ""), cells.get("words", "")
    if not building or not words:
        raise invalid(["words"], N_("Dòng này thiếu nhà hoặc việc."))
    if max(len(building), len(words)) > LONGEST:
        raise invalid(["words"], N_("Nhiều nhất {most} ký tự."), most=LONGEST)
    return RosterItem(building=building, unit=unit, words=words)


def _day(ctx: ActionContext, cells: Mapping[str, str]) -> date:
    """Return the day of a row. Raises Invalid, also for a weekday that is another day's."""
    if said := cells.get("day", ""):
        try:
            return read_moment(said, ctx.calendar.timezone).date()
        except ValueError:
            return read_roster_day(said)
    month = _MONTH.fullmatch(fold(cells.get("month", "")))
    year, number = ((month[2], month[1]) if month[1] else (month[3], month[4])) if month else ("0", "0")
    try:
        first = date(int(year), int(number), 1)
    except ValueError:
        raise invalid(["month"], N_("Cần một tháng, ví dụ 06/2026.")) from None
    return first + timedelta(days=(SATURDAY - first.weekday()) % 7)


def _begins(text: str) -> str:
    if not text:
        return BEGINS
    found = _HOURS.match(fold(text))
    hours, minutes = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if hours > 23 or minutes > 59:
        raise invalid(["time"], N_("Cần một giờ, ví dụ 07:30."))
    return f"{hours:02}:{minutes:02}"


def _identity(premises: Premises, day: tuple[date, str]) -> UUID:
    return uuid5(NAMESPACE_URL, f"roster {premises.id} {day[0]} {day[1]}")
