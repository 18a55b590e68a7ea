"""A hot spot taken up: shown to colleagues, made the draft of a clean-up with the reports it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.clusters import neighbourhood, reports_cells
from service.domain.cleanups.access import CleanupWork
from service.domain.cleanups.drafts import draft, lead_of
from service.domain.cleanups.forms import CleanupFacts, MapPoint
from service.domain.cleanups.spots.effect import SpotCounts
from service.domain.reports.drafts import Moment, StrictBody
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.errors import Conflict, NotFound
from service.i18n import N_, translate
from service.models import OPEN, Cleanup, Hotspot, HotspotState, Report, Work, WorkReport

BEGINS, ENDS = time(7), time(9)
"""Hours of a clean-up that nobody chose others for: on the second Sunday ahead at the latest."""
SHOWN = timedelta(days=200)
NONE = N_("Không có điểm nóng này.")


class SpotCleanup(StrictBody):
    """Clean-up of a hot spot; what is left out is the next Sunday morning and the unit of the ward."""

    id: UUID
    lead: str | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class SpotView:
    """Hot spot as colleagues see it. `counts` and `effect` stand once it was measured."""

    id: int
    found_on: date
    category_id: int
    lon: float
    lat: float
    ward_id: int | None
    reports: int
    state: HotspotState
    cleanup: str | None
    cleaned_on: date | None
    counts: SpotCounts | None
    effect: float | None
    lasting: int | None


def list_spots(session: Session, now: datetime) -> list[SpotView]:
    """Return the proposals of the newest list, the fullest first, then what was cleaned, the latest first."""
    newest = select(func.max(Hotspot.found_on)).scalar_subquery()
    taken = (Hotspot.state != HotspotState.OPEN) & (Hotspot.found_on >= (now - SHOWN).date())
    rows = session.execute(
        select(Hotspot, Work.code)
        .outerjoin(Work, Work.id == Hotspot.work_id)
        .where(or_(taken, (Hotspot.state == HotspotState.OPEN) & (Hotspot.found_on == newest)))
        .order_by(Hotspot.cleaned_on.desc().nulls_first(), Hotspot.rank, Hotspot.id)
        .limit(200)
    )
    return [_view(spot, code) for spot, code in rows]


def draft_spot_cleanup(ctx: ActionContext, spot_id: int, form: SpotCleanup) -> tuple[CleanupWork, bool]:
    """Return (the draft of a clean-up there, whether it is new): with the open reports of the place tied to
    it.

    Raises NotFound, Forbidden for another unit, Conflict for a spot that has a clean-up of another id.
    """
    require_works(ctx.reference)
    spot = ctx.session.get(Hotspot, spot_id, with_for_update=True, populate_existing=True)
    if spot is None:
        raise NotFound(NONE)
    lead = lead_of(ctx, form.lead or _unit_of_ward(ctx, spot))
    if spot.work_id is not None or spot.state != HotspotState.OPEN:
        if spot.work_id != form.id:
            raise Conflict(N_("Điểm này đã có đợt ra quân."))
        work, side = ctx.session.get_one(Work, form.id), ctx.session.get_one(Cleanup, form.id)
        return CleanupWork(work, side), False
    starts, ends = _times(ctx, form)
    facts = CleanupFacts(
        title=_title(ctx, spot),
        lead=ctx.reference.departments[lead].code,
        location=MapPoint(lon=spot.lon, lat=spot.lat),
        meet_words=translate(N_("Tại điểm nóng trên bản đồ")),
    )
    found = draft(ctx, form.id, facts, lead, starts, ends)
    spot.state, spot.work_id = HotspotState.PLANNED, form.id
    tie_reports(ctx.session, spot, form.id)
    ctx.session.flush()
    return found, True


def tie_reports(session: Session, spot: Hotspot, work_id: UUID) -> int:
    """Tie the open reports of the place to a work; they stay cases with deadlines of their own; how many."""
    ids = session.scalars(
        select(Report.id).where(
            Report.category_id == spot.category_id,
            Report.published,
            Report.status.in_(OPEN),
            or_(*(Report.cell.between(*reports_cells(each)) for each in neighbourhood(spot.cell))),
        )
    ).all()
    if ids:
        rows = [{"work_id": work_id, "report_id": each, "why": "hotspot"} for each in ids]
        session.execute(insert(WorkReport).values(rows).on_conflict_do_nothing())
    return len(ids)


def _unit_of_ward(ctx: ActionContext, spot: Hotspot) -> str:
    ward = ctx.reference.wards.get(spot.ward_id or 0)
    units: Sequence[str] = [
        each.code
        for each in ctx.reference.departments.values()
        if ward is not None and each.active and each.ward_code == ward.code
    ]
    own = ctx.reference.departments.get(ctx.actor.department_id or 0)
    return units[0] if units else own.code if own else ""


def _title(ctx: ActionContext, spot: Hotspot) -> str:
    ward = ctx.reference.wards.get(spot.ward_id or 0)
    return translate(N_("Dọn điểm nóng {place}")).format(place=ward.full_name if ward else "").strip()


def _times(ctx: ActionContext, form: SpotCleanup) -> tuple[datetime, datetime]:
    if form.starts_at is not None and form.ends_at is not None:
        return form.starts_at, form.ends_at
    earliest = ctx.calendar.local(ctx.now).date() + timedelta(days=2)
    sunday = earliest + timedelta(days=6 - earliest.weekday())
    zone = ctx.calendar.timezone
    return datetime.combine(sunday, BEGINS, tzinfo=zone), datetime.combine(sunday, ENDS, tzinfo=zone)


def _view(spot: Hotspot, code: str | None) -> SpotView:
    counts = None
    if spot.before is not None and spot.after is not None:
        counts = SpotCounts(spot.before, spot.after, spot.control_before or 0, spot.control_after or 0)
    return SpotView(
        id=spot.id,
        found_on=spot.found_on,
        category_id=spot.category_id,
        lon=spot.lon,
        lat=spot.lat,
        ward_id=spot.ward_id,
        reports=spot.reports,
        state=spot.state,
        cleanup=code,
        cleaned_on=spot.cleaned_on,
        counts=counts,
        effect=counts.effect() if counts else None,
        lasting=spot.lasting,
    )
