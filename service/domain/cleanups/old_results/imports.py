"""Old results kept: as clean-ups that are over, marked as from old records, left out of every effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, select

from service.domain.city.office_lists import ImportCounts
from service.domain.cleanups.drafts import draft, lead_of
from service.domain.cleanups.forms import CleanupFacts, MapPoint
from service.domain.cleanups.old_results.result_rows import OldCleanup
from service.domain.kernel.texts import fold
from service.domain.reports.events import SYSTEM
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext, step
from service.domain.works.lifecycles import PEOPLE
from service.i18n import N_, translate
from service.models import Area, Work, WorkStatus

BEGAN, TOOK = time(7), timedelta(hours=2)
"""Hours of what a list tells without them."""


def keep_old_results(ctx: ActionContext, lead: str, rows: Sequence[OldCleanup]) -> ImportCounts:
    """Keep the rows as clean-ups of a unit of one's own; those that were kept before stay as they are, so
    that a file sent twice counts once. Raises Forbidden, Invalid for a unit that is unknown.
    """
    require_works(ctx.reference)
    unit = lead_of(ctx, lead)
    ids = [_identity(unit, each) for each in rows]
    known = set(ctx.session.scalars(select(Work.id).where(Work.id.in_(ids))))
    places = _middles(ctx, unit)
    for id_, row in zip(ids, rows, strict=True):
        if id_ not in known:
            _keep(ctx, unit, id_, row, places)
    ctx.session.flush()
    return ImportCounts(len(ids) - len(known), len(known))


def _keep(
    ctx: ActionContext, unit: int, id_: UUID, row: OldCleanup, places: dict[int, tuple[float, float]]
) -> None:
    lon, lat = places.get(row.ward_id or 0, places[0])
    facts = CleanupFacts(
        title=row.title or translate(N_("Ra quân dọn vệ sinh")),
        lead=ctx.reference.departments[unit].code,
        location=MapPoint(lon=lon, lat=lat),
        meet_words=row.place,
        no_waste=True,
    )
    starts = datetime.combine(row.day, BEGAN, tzinfo=ctx.calendar.timezone)
    found = draft(ctx, id_, facts, unit, starts, starts + TOOK, from_old=True)
    for name in ("people", "kg", "bags", "trees"):
        setattr(found.side, name, getattr(row, name))
    found.side.resulted_by, found.side.resulted_at = ctx.actor.staff_id, ctx.now
    system = replace(ctx, actor=SYSTEM)
    step(system, found.work, WorkStatus.CLOSED, {PEOPLE: str(row.people)}, {"public": True})


def _identity(unit: int, row: OldCleanup) -> UUID:
    return uuid5(NAMESPACE_URL, f"old result {unit} {row.day} {fold(row.place)}")


def _middles(ctx: ActionContext, unit: int) -> dict[int, tuple[float, float]]:
    """Return a point in each ward, and under 0 one in the unit's own."""
    point = func.ST_PointOnSurface(Area.geom)
    rows = ctx.session.execute(
        select(Area.id, Area.code, func.ST_X(point), func.ST_Y(point)).where(Area.valid_to.is_(None))
    ).all()
    found = {row[0]: (row[2], row[3]) for row in rows}
    own = ctx.reference.departments[unit].ward_code
    middle = next(((row[2], row[3]) for row in rows if row[1] == own), ctx.reference.config.middle)
    return {**found, 0: middle}
