"""The calendar's days off and days worked instead, as administrators change them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.public_holidays import STORED_YEARS, vietnam_holidays
from service.domain.configuration.administration.changes import (
    EditStamp,
    holds_already,
    lock_configuration,
    record_change,
    same_version,
    version_of,
)
from service.domain.configuration.cityfile.schema.base import CityFileModel, NameByLanguage
from service.errors import NotFound, invalid
from service.i18n import N_
from service.models import CalendarDay

KIND = "calendar_day"
SWAPPED = {"vi": "Nghỉ hoán đổi", "en": "Day off (swapped)"}
WORKED = {"vi": "Ngày làm bù", "en": "Working day (swapped)"}


class DayChange(CityFileModel):
    """A day that is off, or worked although it would be off."""

    day: date
    kind: Literal["off", "work"]
    name: NameByLanguage


class DaySwap(CityFileModel):
    """A working day that becomes a day off, and the day of rest that is worked instead."""

    off: date
    work: date
    name: NameByLanguage | None = None


@dataclass(frozen=True, slots=True)
class HolidayDifference:
    """A public holiday that the calendar has otherwise: `kind` and `name` are what is known of it now."""

    day: date
    known: CalendarDay | None
    kind: str
    name: dict[str, str]


def special_days_of_year(session: Session, year: int) -> list[CalendarDay]:
    """Return the special days of a year, in order."""
    inside = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return list(session.scalars(select(CalendarDay).where(inside).order_by(CalendarDay.day)))


def year_version(days: Iterable[CalendarDay]) -> str:
    """Return the version of a year's days, for who edits them."""
    return version_of({each.day.isoformat(): [each.kind, each.name] for each in days})


def change_day(session: Session, stamp: EditStamp, change: DayChange, seen: str | None = None) -> CalendarDay:
    """Make a day off or worked, or change its name. Raises Conflict for a year that changed since `seen`."""
    lock_configuration(session)
    there, columns = session.get(CalendarDay, change.day), {"kind": change.kind, "name": change.name.spec()}
    if there is not None and holds_already(there, columns):
        return there
    _check(session, change.day, seen)
    return _put(session, stamp, change.day, change.kind, change.name.spec())


def reset_day(session: Session, stamp: EditStamp, day: date, seen: str | None = None) -> None:
    """Let a day be what its weekday is. Raises NotFound, Conflict."""
    lock_configuration(session)
    _check(session, day, seen)
    row = session.get(CalendarDay, day)
    if row is None:
        raise NotFound(N_("Ngày này không có trong lịch riêng."))
    before = _facts(row)
    session.delete(row)
    record_change(session, stamp, "calendar.removed", (KIND, day.isoformat()), before=before)


def swap_days(
    session: Session, stamp: EditStamp, calendar: Calendar, change: DaySwap, seen: str | None = None
) -> None:
    """Give the day off `change.off` for work on `change.work`; both at once or neither.

    Raises Invalid where the one is off already or the other is worked already, Conflict.
    """
    lock_configuration(session)
    _check(session, change.off, seen)
    if not calendar.is_working_day(change.off):
        raise invalid(["off"], N_("Ngày này vốn đã là ngày nghỉ."))
    if calendar.is_working_day(change.work):
        raise invalid(["work"], N_("Ngày này vốn đã là ngày làm việc."))
    name = change.name.spec() if change.name else None
    _put(session, stamp, change.off, "off", name or dict(SWAPPED))
    _put(session, stamp, change.work, "work", dict(WORKED))


def holiday_differences(session: Session, year: int) -> list[HolidayDifference]:
    """Return what the public holidays of a year, as known now, would change. Raises Invalid for the year."""
    if year not in STORED_YEARS:
        raise invalid(
            ["year"],
            N_("Chỉ có ngày lễ các năm {first}–{last}."),
            first=STORED_YEARS[0],
            last=STORED_YEARS[-1],
        )
    known = {row.day: row for row in special_days_of_year(session, year)}
    public = vietnam_holidays([year])
    wanted = [(day, "off", name) for day, name in public.holidays.items()]
    wanted += [(day, "work", name) for day, name in public.swapped.items() if day.year == year]
    return [
        HolidayDifference(day, known.get(day), kind, dict(name))
        for day, kind, name in sorted(wanted, key=lambda each: each[0])
        if (row := known.get(day)) is None or (row.kind, row.name) != (kind, dict(name))
    ]


def import_year(session: Session, stamp: EditStamp, year: int, *, overwrite: bool = False) -> int:
    """Take over the public holidays of a year; how many days changed.

    A day that stands otherwise in the calendar stays as it is unless `overwrite`. Raises Invalid.
    """
    lock_configuration(session)
    done = 0
    for each in holiday_differences(session, year):
        if each.known is None or overwrite:
            _put(session, stamp, each.day, each.kind, each.name)
            done += 1
    return done


def _check(session: Session, day: date, seen: str | None) -> None:
    if not 1900 < day.year < 2200:
        raise invalid(["day"], N_("Ngày này quá xa."))
    if seen is not None:
        same_version(seen, year_version(special_days_of_year(session, day.year)))


def _put(session: Session, stamp: EditStamp, day: date, kind: str, name: dict[str, str]) -> CalendarDay:
    row = session.get(CalendarDay, day)
    before = _facts(row) if row else None
    if before == {"kind": kind, "name": name} and row is not None:
        return row
    if row is None:
        row = CalendarDay(day=day, kind=kind, name=name)
        session.add(row)
    row.kind, row.name = kind, name
    record_change(
        session, stamp, "calendar.changed", (KIND, day.isoformat()), before=before, after=_facts(row)
    )
    return row


def _facts(row: CalendarDay) -> dict[str, object]:
    return {"kind": row.kind, "name": row.name}
