"""Measuring what clean-ups changed at hot spots: after four weeks, and whether it lasts for twelve."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.clusters import neighbourhood, place_cells
from service.domain.city.calendar import Calendar
from service.domain.cleanups.spots.effect import SpotCounts, has_lasting_effect
from service.domain.cleanups.spots.weekly_list import DAYS, NOT_HELD, cells_between
from service.domain.reports.events import SYSTEM
from service.domain.works.events import record_work
from service.models import Hotspot, HotspotState, Work, WorkEventType, WorkStatus

LASTING_DAYS = 3 * DAYS
NEAR_RANK = 5
"""Places of the list this near in rank are compared with."""
MOST = 100
HELD = (WorkStatus.DONE, WorkStatus.CLOSED)


def measure_spots(session: Session, calendar: Calendar, now: datetime) -> int:
    """Take every hot spot on whose time has come: cleaned, measured, cured or relapsed; how many moved."""
    today = calendar.local(now).date()
    moved = _follow_cleanups(session, calendar)
    due = select(Hotspot).order_by(Hotspot.cleaned_on, Hotspot.id).limit(MOST)
    ready = due.where(Hotspot.state == HotspotState.CLEANED, Hotspot.cleaned_on <= today - _after(DAYS))
    for spot in session.scalars(ready.with_for_update(skip_locked=True)).all():
        _measure(session, calendar, spot, today)
        _tell(session, spot, now)
        moved += 1
    old = due.where(
        Hotspot.state == HotspotState.MEASURED, Hotspot.cleaned_on <= today - _after(LASTING_DAYS)
    )
    for spot in session.scalars(old.with_for_update(skip_locked=True)).all():
        _look_again(session, calendar, spot, today)
        _tell(session, spot, now)
        moved += 1
    session.flush()
    return moved


def _after(days: int) -> timedelta:
    return timedelta(days=days + 1)


def _follow_cleanups(session: Session, calendar: Calendar) -> int:
    """Have planned spots say what became of their clean-up; without one they are places to compare with."""
    rows = session.execute(
        select(Hotspot, Work)
        .join(Work, Work.id == Hotspot.work_id)
        .where(Hotspot.state == HotspotState.PLANNED, Work.status.in_((*HELD, *NOT_HELD)))
        .limit(MOST)
        .with_for_update(of=Hotspot, skip_locked=True)
    ).all()
    for spot, work in rows:
        if work.status in NOT_HELD:
            spot.state, spot.work_id = HotspotState.OPEN, None
        elif work.starts_at is not None:
            spot.state, spot.cleaned_on = HotspotState.CLEANED, calendar.local(work.starts_at).date()
    return len(rows)


def _measure(session: Session, calendar: Calendar, spot: Hotspot, today: date) -> None:
    if spot.cleaned_on is None:
        return
    controls = session.scalars(
        select(Hotspot).where(
            Hotspot.found_on == spot.found_on,
            Hotspot.category_id == spot.category_id,
            Hotspot.rank.between(spot.rank - NEAR_RANK, spot.rank + NEAR_RANK),
            Hotspot.id != spot.id,
            Hotspot.cell.not_in(_cleaned_cells(session, spot.cleaned_on)),
        )
    ).all()
    [(before, after)] = count_around(session, calendar, spot, [spot.cell], DAYS)
    others = count_around(session, calendar, spot, [each.cell for each in controls], DAYS)
    spot.before, spot.after = before, after
    spot.control_before = sum(each[0] for each in others)
    spot.control_after = sum(each[1] for each in others)
    spot.state, spot.measured_on = HotspotState.MEASURED, today


def _tell(session: Session, spot: Hotspot, now: datetime) -> None:
    """Write what was measured into the log of the clean-up; `effect` is null where numbers are too few."""
    work = session.get(Work, spot.work_id) if spot.work_id is not None else None
    if work is None or spot.before is None or spot.after is None:
        return
    counts = SpotCounts(spot.before, spot.after, spot.control_before or 0, spot.control_after or 0)
    effect = counts.effect()
    data = {
        **{name: getattr(counts, name) for name in ("before", "after", "control_before", "control_after")},
        "effect": None if effect is None else round(effect, 3),
        "lasting": spot.lasting,
        "state": str(spot.state),
    }
    record_work(session, work, WorkEventType.HOTSPOT_EFFECT, actor=SYSTEM, at=now, data=data)


def _cleaned_cells(session: Session, day: date) -> set[int]:
    """Return the cells in and around all spots that were cleaned so near to a day that it shows in counts."""
    near = timedelta(days=DAYS)
    cells = session.scalars(
        select(Hotspot.cell).where(Hotspot.cleaned_on.between(day - near, day + near))
    ).all()
    return {each for cell in cells for each in neighbourhood(cell)}


def _look_again(session: Session, calendar: Calendar, spot: Hotspot, today: date) -> None:
    [(_, lasting)] = count_around(session, calendar, spot, [spot.cell], LASTING_DAYS)
    cured = has_lasting_effect(spot.before or 0, lasting)
    spot.lasting, spot.measured_on = lasting, today
    spot.state = HotspotState.CURED if cured else HotspotState.RELAPSED


def count_around(
    session: Session, calendar: Calendar, spot: Hotspot, cells: Sequence[int], days: int
) -> list[tuple[int, int]]:
    """Return (before, after) for each cell with its neighbours: so many days around the day of the clean-up,
    which itself counts for neither.
    """
    day = spot.cleaned_on or spot.found_on
    begins = datetime.combine(day, time(), tzinfo=calendar.timezone)
    ends = datetime.combine(day + timedelta(days=1), time(), tzinfo=calendar.timezone)
    span = timedelta(days=days)
    found, times = cells_between(session, spot.category_id, begins - span, ends + span)
    places = place_cells(found)
    early = np.array([at < begins for at in times], dtype=bool)
    late = np.array([at >= ends for at in times], dtype=bool)
    counts = []
    for cell in cells:
        here = np.isin(places, neighbourhood(cell))
        counts.append((int((here & early).sum()), int((here & late).sum())))
    return counts
