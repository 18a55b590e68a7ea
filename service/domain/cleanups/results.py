"""Results of clean-ups between two days: one set of figures, for the report, the workbook and the page."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from service.domain.cleanups.access import visible_cleanups
from service.domain.cleanups.views import OVER
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.domain.works.units import unit_id
from service.errors import invalid
from service.i18n import N_
from service.models import Cleanup, Work, WorkKind, WorkStatus

MOST = 5000
LONGEST = timedelta(days=400)
WARD_KIND = "ward"
"""Kind of the units that are a ward's committee; all others are offices."""


@dataclass(frozen=True, slots=True)
class ResultLine:
    """Clean-up with its result; `unit_ids` are all units that took part, `units` who came by unit."""

    code: str
    title: str
    starts_at: datetime
    place: str
    ward_id: int | None
    lead_id: int
    unit_ids: Sequence[int]
    people: int
    units: Mapping[int, int]
    bags: int
    kg: int
    trees: int
    drain_m: int


@dataclass(frozen=True, slots=True)
class UnitResult:
    """Sums of the clean-ups that one unit led."""

    unit_id: int
    cleanups: int
    people: int
    kg: int
    trees: int


@dataclass(frozen=True, slots=True)
class ResultFigures:
    """Figures of the clean-ups that began between two days, both included."""

    first: date
    last: date
    lines: Sequence[ResultLine]
    cleanups: int
    people: int
    bags: int
    kg: int
    trees: int
    drain_m: int
    offices: int
    wards: int
    cancelled: int
    not_held: int
    by_unit: Sequence[UnitResult]


def month_days(text: str) -> tuple[date, date]:
    """Return the first and last day of `2026-11` or `11/2026`. Raises Invalid."""
    found = re.fullmatch(r"(?P<y>\d{4})-(?P<m>\d{1,2})|(?P<m2>\d{1,2})/(?P<y2>\d{4})", text.strip(), re.ASCII)
    if found:
        year, month = int(found["y"] or found["y2"]), int(found["m"] or found["m2"])
        if 1 <= month <= 12 and 2000 <= year <= 2999:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    raise invalid(["month"], N_("Cần một tháng, ví dụ 11/2026."))


def count_results(ctx: ActionContext, first: date, last: date, unit: str = "") -> ResultFigures:
    """Count the clean-ups between two days: of a unit and those below it, or all that the person may see.

    Raises NotFound in a city without plans, Invalid for days that are none or a unit that is unknown.
    """
    require_works(ctx.reference)
    if not first <= last <= first + LONGEST:
        raise invalid(["to"], N_("Ngày cuối phải sau ngày đầu, nhiều nhất 400 ngày."))
    within = _within(ctx, first, last, unit)
    of_it = (Cleanup, Cleanup.work_id == Work.id)
    rows = ctx.session.execute(
        select(Work, Cleanup)
        .join(*of_it)
        .where(*within, Work.status.in_(OVER), Cleanup.people.is_not(None))
        .order_by(Work.starts_at, Work.id)
        .limit(MOST)
    ).all()
    ended = select(Work.status, func.count()).join(*of_it).where(*within, Cleanup.announced_at.is_not(None))
    counts: dict[str, int] = {str(row[0]): row[1] for row in ctx.session.execute(ended.group_by(Work.status))}
    lines = [_line(work, side, work.starts_at) for work, side in rows if work.starts_at is not None]
    departments = ctx.reference.departments
    took_part = {each for line in lines for each in line.unit_ids}
    return ResultFigures(
        first=first,
        last=last,
        lines=lines,
        cleanups=len(lines),
        offices=sum(each in departments and departments[each].kind != WARD_KIND for each in took_part),
        wards=len({line.ward_id for line in lines if line.ward_id is not None}),
        cancelled=counts.get(WorkStatus.CANCELLED, 0),
        not_held=counts.get(WorkStatus.LAPSED, 0),
        by_unit=_by_unit(lines),
        **{name: sum(getattr(line, name) for line in lines) for name in _SUMS},
    )


def _within(ctx: ActionContext, first: date, last: date, unit: str) -> list[ColumnElement[bool]]:
    zone = ctx.calendar.timezone
    within: list[ColumnElement[bool]] = [
        Work.kind == WorkKind.CLEANUP,
        Work.starts_at >= datetime.combine(first, time(), tzinfo=zone),
        Work.starts_at < datetime.combine(last + timedelta(days=1), time(), tzinfo=zone),
        visible_cleanups(ctx.actor),
    ]
    if unit:
        below = sorted(ctx.reference.departments_below(unit_id(ctx.reference, unit, "unit")))
        within.append(or_(Work.lead_id.in_(below), Work.support_ids.overlap(below)))
    return within


def _line(work: Work, side: Cleanup, starts_at: datetime) -> ResultLine:
    units = {int(key): int(count) for key, count in side.units.items()}
    return ResultLine(
        code=work.code,
        title=work.title,
        starts_at=starts_at,
        place=side.meet_words,
        ward_id=work.ward_id,
        lead_id=work.lead_id,
        unit_ids=sorted({work.lead_id, *work.support_ids, *units}),
        units=units,
        **{name: getattr(side, name) or 0 for name in _SUMS},
    )


def _by_unit(lines: Sequence[ResultLine]) -> list[UnitResult]:
    sums: dict[int, Counter[str]] = {}
    for line in lines:
        of_unit = sums.setdefault(line.lead_id, Counter())
        of_unit.update(cleanups=1, people=line.people, kg=line.kg, trees=line.trees)
    results = [UnitResult(unit, s["cleanups"], s["people"], s["kg"], s["trees"]) for unit, s in sums.items()]
    return sorted(results, key=lambda each: (-each.cleanups, -each.people, each.unit_id))


_SUMS = ("people", "bags", "kg", "trees", "drain_m")
