"""Rosters of premises: a day's clean-up entered on one screen, and the months of each building."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy import ColumnElement, func, select

from geo.columns import degrees_of
from service.domain.cleanups.access import CleanupWork
from service.domain.cleanups.drafts import lead_of, make_cleanup
from service.domain.cleanups.forms import CleanupStep, MapPoint, Minutes, NewCheck, NewCleanup, OfDay, Place
from service.domain.cleanups.offices.premises import find_premises
from service.domain.cleanups.steps import take_cleanup_step
from service.domain.kernel.texts import fold
from service.domain.kernel.written_days import read_day
from service.domain.reports.drafts import StrictBody
from service.domain.works.actions import ActionContext
from service.domain.works.forms import YEARS_OF_WORK, Code
from service.domain.works.units import unit_code, unit_id
from service.errors import invalid
from service.i18n import N_, MarkedText
from service.models import (
    Audience,
    CheckState,
    Cleanup,
    CleanupCheck,
    CleanupForm,
    Premises,
    Work,
    WorkStatus,
)

MONTHS = 12
DAY_NAMES = (
    N_("thứ Hai"),
    N_("thứ Ba"),
    N_("thứ Tư"),
    N_("thứ Năm"),
    N_("thứ Sáu"),
    N_("thứ Bảy"),
    N_("Chủ nhật"),
)
_DAY = re.compile(r"(?P<day>\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{4}|\d{4}-\d{2}-\d{2})")
_SHORT = {"t2": 0, "t3": 1, "t4": 2, "t5": 3, "t6": 4, "t7": 5, "cn": 6}
_GONE = (WorkStatus.CANCELLED, WorkStatus.LAPSED)


class RosterItem(StrictBody):
    """Thing to be done, in a building, by a unit that is in it."""

    building: Place
    unit: Code
    words: Place


class NewRoster(StrictBody):
    """Day of a roster as it is written, `06/06/2026 (thứ Bảy)`: a weekday beside it must be the day's own."""

    id: UUID
    day: Annotated[str, StringConstraints(strip_whitespace=True, min_length=6, max_length=60)]
    time: OfDay
    minutes: Minutes = 120
    items: Annotated[list[RosterItem], Field(min_length=1, max_length=100)]
    announce: bool = False


@dataclass(frozen=True, slots=True)
class RosterCell:
    """Clean-up of a building in a month: how many of its things are decided."""

    code: str
    starts_at: datetime
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class RosterRow:
    """Thing of a roster with its clean-up, for the workbook."""

    starts_at: datetime
    code: str
    building: str
    unit_id: int | None
    words: str
    state: str
    note: str


def read_roster_day(text: str) -> date:
    """Return the day that is written. Raises Invalid where the weekday beside it is another day's."""
    found = _DAY.search(text)
    try:
        day = read_day(found["day"]) if found else None
    except ValueError:
        day = None
    if found is None or day is None:
        raise invalid(["day"], N_("Cần một ngày, ví dụ 05/11/2026."))
    beside = fold(text[: found.start()] + " " + text[found.end() :])
    words = " ".join(each for each in re.findall(r"[a-z0-9]+", beside) if each != "ngay")
    if not words:
        return day
    names = {fold(name): at for at, name in enumerate(DAY_NAMES)} | _SHORT
    if words not in names:
        raise invalid(["day"], N_("Không hiểu chữ bên cạnh ngày: chỉ ghi thứ trong tuần, ví dụ (thứ Bảy)."))
    if names[words] != day.weekday():
        raise invalid(
            ["day"],
            N_("Ngày {day} là {right}, không phải {wrong}."),
            day=f"{day:%d/%m/%Y}",
            right=MarkedText(DAY_NAMES[day.weekday()]),
            wrong=MarkedText(DAY_NAMES[names[words]]),
        )
    return day


def enter_roster(
    ctx: ActionContext, key: bytes, premises_id: int, form: NewRoster
) -> tuple[CleanupWork, bool]:
    """Return (the clean-up, whether it is new): every unit has its own things in its building.

    Raises NotFound, Forbidden, Invalid for a day, a building or a unit that is none.
    """
    premises = find_premises(ctx.session, ctx.actor, premises_id)
    lead = unit_code(ctx.reference, premises.department_id) or ""
    lead_of(ctx, lead)
    day = read_roster_day(form.day)
    if day.year not in YEARS_OF_WORK:
        raise invalid(["day"], N_("Ngày này quá xa."))
    _check_items(ctx, premises, form.items)
    starts = datetime.combine(day, form.time, tzinfo=ctx.calendar.timezone)
    lon, lat = degrees_of(premises.geom)
    new_cleanup = NewCleanup(
        id=form.id,
        title=f"Tổng vệ sinh {premises.name}"[:300],
        form=CleanupForm.OFFICE,
        open_to=Audience.UNITS,
        lead=lead,
        location=MapPoint(lon=lon, lat=lat),
        meet_words=premises.name,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=form.minutes),
        checks=[NewCheck(building=each.building, unit=each.unit, words=each.words) for each in form.items],
    )
    found, new = make_cleanup(ctx, new_cleanup)
    if new:
        found.side.premises_id = premises.id
        ctx.session.flush()
    if form.announce and found.work.status == WorkStatus.DRAFT:
        step = CleanupStep(to=WorkStatus.ANNOUNCED, version=found.work.version)
        found = take_cleanup_step(ctx, key, found.work.code, step)
    return found, new


def roster_grid(
    ctx: ActionContext, premises: Premises
) -> tuple[list[date], Mapping[tuple[str, date], list[RosterCell]]]:
    """Return (the months, the clean-ups of each building in each): the six before this one and those
    after.
    """
    here = ctx.calendar.local(ctx.now).date().replace(day=1)
    months = [_month(here, number) for number in range(-6, MONTHS - 6)]
    cells: dict[tuple[str, date], list[RosterCell]] = {}
    decided = func.count().filter(CleanupCheck.state != CheckState.OPEN)
    query = (
        select(Work.code, Work.starts_at, CleanupCheck.building, decided, func.count())
        .join(Cleanup, Cleanup.work_id == Work.id)
        .join(CleanupCheck, CleanupCheck.work_id == Work.id)
        .where(Cleanup.premises_id == premises.id, Work.status.not_in(_GONE), *_between(ctx, months))
        .group_by(Work.code, Work.starts_at, CleanupCheck.building)
        .order_by(Work.starts_at)
    )
    for code, starts, building, done, total in ctx.session.execute(query).all():
        if starts is None:
            continue
        month = ctx.calendar.local(starts).date().replace(day=1)
        cells.setdefault((building, month), []).append(RosterCell(code, starts, done, total))
    return months, cells


def roster_rows(ctx: ActionContext, premises: Premises) -> list[RosterRow]:
    """Return every thing of the premises' clean-ups that was not given up, the newest clean-up first."""
    rows = ctx.session.execute(
        select(Work, CleanupCheck)
        .join(Cleanup, Cleanup.work_id == Work.id)
        .join(CleanupCheck, CleanupCheck.work_id == Work.id)
        .where(Cleanup.premises_id == premises.id, Work.status.not_in(_GONE), Work.starts_at.is_not(None))
        .order_by(Work.starts_at.desc(), CleanupCheck.position)
        .limit(5000)
    ).all()
    return [
        RosterRow(work.starts_at, work.code, c.building, c.unit_id, c.words, str(c.state), c.note)
        for work, c in rows
        if work.starts_at is not None
    ]


def last_items(rows: Sequence[RosterRow]) -> dict[tuple[str, int], list[str]]:
    """Return the things of the newest roster by building and unit, to begin the next one with."""
    found: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        if row.code == rows[0].code and row.unit_id is not None:
            found.setdefault((row.building, row.unit_id), []).append(row.words)
    return found


def _check_items(ctx: ActionContext, premises: Premises, items: Sequence[RosterItem]) -> None:
    inside = {each["name"]: set(each["units"]) for each in premises.buildings}
    for each in items:
        if each.building not in inside:
            raise invalid(["items"], N_("Trụ sở này không có nhà “{name}”."), name=each.building)
        if unit_id(ctx.reference, each.unit, "items") not in inside[each.building]:
            raise invalid(["items"], N_("Đơn vị này không ở nhà “{name}”."), name=each.building)


def _between(ctx: ActionContext, months: Sequence[date]) -> tuple[ColumnElement[bool], ...]:
    zone = ctx.calendar.timezone
    until = _month(months[-1], 1)
    return (
        Work.starts_at >= datetime.combine(months[0], time(), tzinfo=zone),
        Work.starts_at < datetime.combine(until, time(), tzinfo=zone),
    )


def _month(day: date, further: int) -> date:
    at = day.year * 12 + day.month - 1 + further
    return date(at // 12, at % 12 + 1, 1)
