"""Drafting a clean-up: who may, when and where it is, what is to be checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select

from geo.columns import point_at
from service.domain.cleanups.access import CleanupWork
from service.domain.cleanups.forms import CleanupFacts, NewCheck, NewCleanup
from service.domain.reports.drafts import check_place
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.domain.works.codes import next_codes
from service.domain.works.events import record_work
from service.domain.works.lifecycles import begin_life
from service.domain.works.units import unit_id, unit_ids
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import Area, Cleanup, CleanupCheck, CleanupForm, Role, Work, WorkEventType, WorkKind

LETTERS = "R"
MAKERS = frozenset({Role.DEPARTMENT, Role.MANAGER})
RESULT_ASKED, RESULT_DUE = timedelta(hours=3), timedelta(days=3)
"""After the end: the lead is reminded of the result, and it is late."""
LONGEST = timedelta(days=3)


def make_cleanup(ctx: ActionContext, form: NewCleanup) -> tuple[CleanupWork, bool]:
    """Return (the draft, whether it is new). Made by people of a unit, for it or a unit below.

    Raises Forbidden, Invalid, Conflict for an id that stands for another work.
    """
    require_works(ctx.reference)
    lead = lead_of(ctx, form.lead)
    known = ctx.session.get(Work, form.id)
    if known is not None:
        side = ctx.session.get(Cleanup, form.id)
        if side is None or (known.created_by, known.title) != (ctx.actor.staff_id, form.title):
            raise Conflict(N_("Mã id này đã được dùng cho đợt khác. Hãy tạo id mới."))
        return CleanupWork(known, side), False
    check_times(form.starts_at, form.ends_at)
    found = draft(ctx, form.id, form, lead, form.starts_at, form.ends_at, note=form.note)
    if form.form != CleanupForm.OFFICE:  # premises were looked at when they were entered
        check_outside(found.work, form.note, "note")
    found.side.tools = [each.stored() for each in form.tools]
    add_checks(ctx, found, form.checks)
    return found, True


def lead_of(ctx: ActionContext, code: str) -> int:
    """Return the id of the unit that leads. Raises Forbidden for whoever is not of it or above it."""
    if ctx.actor.role not in MAKERS:
        raise Forbidden(N_("Chỉ cán bộ của một đơn vị được tổ chức ra quân."))
    lead = unit_id(ctx.reference, code, "lead")
    if not may_lead(ctx, lead):
        raise Forbidden(N_("Chỉ tổ chức được cho đơn vị mình và các đơn vị trực thuộc."))
    return lead


def may_lead(ctx: ActionContext, lead: int) -> bool:
    """Return whether this person organises for that unit."""
    actor = ctx.actor
    return actor.role in MAKERS and (actor.of_city or lead in actor.departments)


def draft(
    ctx: ActionContext,
    id_: UUID,
    facts: CleanupFacts,
    lead: int,
    starts_at: datetime,
    ends_at: datetime,
    *,
    note: str = "",
    **beside: object,
) -> CleanupWork:
    """Add a clean-up that nobody is told of yet. Raises Invalid, naming the field."""
    collector = unit_id(ctx.reference, facts.collector, "collector") if facts.collector else None
    work = _work(ctx, id_, facts, lead, note)
    side = Cleanup(
        work_id=id_,
        form=facts.form,
        open_to=facts.open_to,
        ends_at=ends_at,
        meet_words=facts.meet_words,
        capacity=facts.capacity,
        bring=facts.bring,
        no_waste=facts.no_waste,
        collector_id=collector,
        pickup_words=facts.pickup_words,
        **beside,
    )
    set_cleanup_times(work, side, starts_at, ends_at)
    set_cleanup_place(ctx, work, facts.location.lon, facts.location.lat)
    ctx.session.add(work)
    ctx.session.flush()
    ctx.session.add(side)
    type_ = WorkEventType.CLEANUP_DRAFTED
    record_work(ctx.session, work, type_, actor=ctx.actor, at=ctx.now, data={"title": work.title})
    ctx.session.flush()
    return CleanupWork(work, side)


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """Raise Invalid where the end is not after the beginning, or too long after it."""
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise invalid(["ends_at"], N_("Giờ kết thúc phải sau giờ bắt đầu, nhiều nhất ba ngày."))


def set_cleanup_times(work: Work, side: Cleanup, starts_at: datetime, ends_at: datetime) -> None:
    """Set when it is, and by when its result is asked for and late."""
    work.starts_at, side.ends_at = starts_at, ends_at
    work.due_at, work.amber_at = ends_at + RESULT_DUE, ends_at + RESULT_ASKED
    work.first_due_at = work.due_at


def set_cleanup_place(ctx: ActionContext, work: Work, lon: float, lat: float) -> None:
    """Set where it is, with its ward. Raises Invalid for a place that is none."""
    if problem := check_place(ctx.reference, lon, lat):
        raise invalid(["location"], problem)
    point = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
    within = select(Area.id).where(Area.valid_to.is_(None), func.ST_Covers(Area.geom, point))
    work.geom = point_at(lon, lat)
    work.ward_id = ctx.session.scalar(within.order_by(Area.id).limit(1))


def check_outside(work: Work, reason: str, field: str) -> None:
    """Raise Invalid, naming the field, for a place outside of every ward without a reason."""
    if work.ward_id is None and not reason.strip():
        raise invalid([field], N_("Nơi này nằm ngoài địa bàn thành phố. Nếu đúng, hãy ghi lý do."))


def add_checks(ctx: ActionContext, cleanup: CleanupWork, checks: Sequence[NewCheck]) -> None:
    """Add what is to be checked; a unit that checks something takes part."""
    units = [unit_id(ctx.reference, each.unit, "checks") if each.unit else None for each in checks]
    for position, (each, unit) in enumerate(zip(checks, units, strict=True)):
        ctx.session.add(
            CleanupCheck(
                id=uuid4(),
                work_id=cleanup.work.id,
                position=position,
                building=each.building,
                unit_id=unit,
                words=each.words,
            )
        )
    part = {unit for unit in units if unit is not None} | set(cleanup.work.support_ids)
    cleanup.work.support_ids = sorted(part - {cleanup.work.lead_id})
    ctx.session.flush()


def _work(ctx: ActionContext, id_: UUID, facts: CleanupFacts, lead: int, note: str) -> Work:
    reference, parent = ctx.reference, ctx.reference.departments[lead].parent_id
    work = Work(
        id=id_,
        code=next_codes(ctx.session, LETTERS, ctx.calendar.local(ctx.now).year)[0],
        kind=WorkKind.CLEANUP,
        title=facts.title,
        note=note,
        lead_id=lead,
        support_ids=sorted(unit_ids(reference, facts.supports, "supports") - {lead}),
        keeper_id=parent or lead,
        director_id=parent or lead,
        needs_photo=True,
        created_at=ctx.now,
        updated_at=ctx.now,
        created_by=ctx.actor.staff_id,
    )
    begin_life(work)
    return work
