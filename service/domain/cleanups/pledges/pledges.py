"""Pledges: what a unit promises to do until a day; it says when it did, and a unit above confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy import func, select

from service.domain.cleanups.drafts import lead_of, may_lead
from service.domain.kernel.audit import write_entry
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import Actor
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.domain.works.forms import Code
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import Pledge, Role
from service.models.reports.event import ActorKind

MOST = 500
"""Pledges of one unit."""
LONGEST = timedelta(days=1100)
SHOWN = 200
SEE_ALL = frozenset({Role.TRIAGE, Role.ADMINISTRATOR, Role.MANAGER})
"""Roles that read the pledges of every unit, unless they are of one themselves."""
OPEN, LATE, DONE, CONFIRMED = "open", "late", "done", "confirmed"
NONE = N_("Không có cam kết này.")


class NewPledge(StrictBody):
    """Pledge of a unit; `id` is the client's, so that a retry is the same one."""

    id: UUID
    unit: Code
    ward: Annotated[str, Field(max_length=20)] | None = None
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    until: date


class PledgeChange(StrictBody):
    """Day on which a unit did what it pledged, null for not yet; or `confirmed` by a unit above it."""

    done_on: date | None = None
    confirmed: bool | None = None


@dataclass(frozen=True, slots=True)
class PledgeView:
    """Pledge as colleagues read it; `state` is open, late, done or confirmed."""

    id: UUID
    unit_id: int
    ward_id: int | None
    words: str
    until: date
    done_on: date | None
    state: str
    mine: bool
    may_confirm: bool


@dataclass(frozen=True, slots=True)
class PledgeCounts:
    """Numbers of pledges by their state; together they are all."""

    open: int = 0
    late: int = 0
    done: int = 0
    confirmed: int = 0


def make_pledge(ctx: ActionContext, form: NewPledge) -> tuple[Pledge, bool]:
    """Return (the pledge, whether it is new). Made by people of the unit or of one above it.

    Raises Forbidden, Invalid for a ward or day that is none, Conflict for an id that stands for another.
    """
    require_works(ctx.reference)
    unit = lead_of(ctx, form.unit)
    ward = ctx.reference.ward_by_code.get(form.ward) if form.ward else None
    if form.ward and ward is None:
        raise invalid(["ward"], N_("Không có phường, xã “{code}”."), code=form.ward)
    columns = {
        "unit_id": unit,
        "ward_id": ward.id if ward else None,
        "words": form.words,
        "until": form.until,
    }
    known = ctx.session.get(Pledge, form.id)
    if known is not None:
        if any(getattr(known, name) != value for name, value in columns.items()):
            raise Conflict(N_("Mã id này đã được dùng cho cam kết khác. Hãy tạo id mới."))
        return known, False
    today = ctx.calendar.local(ctx.now).date()
    if not today <= form.until <= today + LONGEST:
        raise invalid(["until"], N_("Hạn của cam kết phải từ hôm nay, nhiều nhất ba năm."))
    query = select(func.count()).where(Pledge.unit_id == unit)
    if (ctx.session.scalar(query) or 0) >= MOST:
        raise Conflict(N_("Đơn vị này đã có quá nhiều cam kết."))
    row = Pledge(id=form.id, made_at=ctx.now, made_by=ctx.actor.staff_id, **columns)
    ctx.session.add(row)
    ctx.session.flush()
    _audit(ctx, row, "added")
    return row, True


def change_pledge(ctx: ActionContext, id_: UUID, form: PledgeChange) -> Pledge:
    """Say that it was done, or not yet; confirm it, or take that back. The same again changes nothing.

    Raises NotFound, Forbidden for who confirms a pledge of their own unit, Conflict for what was confirmed or
    is not done, Invalid for a day that is to come.
    """
    require_works(ctx.reference)
    row = ctx.session.get(Pledge, id_, with_for_update=True, populate_existing=True)
    if row is None or not _may_see(ctx.actor, row):
        raise NotFound(NONE)
    before = (row.done_on, row.confirmed_at)
    if form.confirmed is not None:
        _confirm(ctx, row, confirmed=form.confirmed)
    if "done_on" in form.model_fields_set and form.done_on != row.done_on:
        _say_done(ctx, row, form.done_on)
    ctx.session.flush()
    if before != (row.done_on, row.confirmed_at):
        _audit(ctx, row, "changed")
    return row


def list_pledges(ctx: ActionContext) -> tuple[PledgeCounts, list[PledgeView]]:
    """Return (counts of all, those shown): of one's own units, the next due first and what is over last."""
    require_works(ctx.reference)
    query = select(Pledge).order_by(Pledge.confirmed_at.is_not(None), Pledge.until, Pledge.id)
    if not _sees_all(ctx.actor):
        query = query.where(Pledge.unit_id.in_(sorted(ctx.actor.departments)))
    views = [view_pledge(ctx, row) for row in ctx.session.scalars(query)]
    states = [each.state for each in views]
    counts = PledgeCounts(**{name: states.count(name) for name in (OPEN, LATE, DONE, CONFIRMED)})
    return counts, views[:SHOWN]


def view_pledge(ctx: ActionContext, row: Pledge) -> PledgeView:
    """Return a pledge as this person reads it today."""
    late = row.until < ctx.calendar.local(ctx.now).date()
    state = CONFIRMED if row.confirmed_at else DONE if row.done_on else LATE if late else OPEN
    return PledgeView(
        id=row.id,
        unit_id=row.unit_id,
        ward_id=row.ward_id,
        words=row.words,
        until=row.until,
        done_on=row.done_on,
        state=state,
        mine=may_lead(ctx, row.unit_id),
        may_confirm=row.done_on is not None and _is_above(ctx, row),
    )


def _say_done(ctx: ActionContext, row: Pledge, on: date | None) -> None:
    if not may_lead(ctx, row.unit_id):
        raise Forbidden(N_("Chỉ đơn vị cam kết được báo đã thực hiện."))
    if row.confirmed_at is not None:
        raise Conflict(N_("Cam kết này đã được xác nhận nên không đổi được."))
    made, today = ctx.calendar.local(row.made_at).date(), ctx.calendar.local(ctx.now).date()
    if on is not None and not made <= on <= today:
        raise invalid(["done_on"], N_("Ngày thực hiện phải từ ngày cam kết đến hôm nay."))
    row.done_on = on


def _confirm(ctx: ActionContext, row: Pledge, *, confirmed: bool) -> None:
    if not _is_above(ctx, row):
        raise Forbidden(N_("Chỉ đơn vị cấp trên được xác nhận cam kết."))
    if row.done_on is None:
        raise Conflict(N_("Đơn vị chưa báo đã thực hiện cam kết này."))
    if confirmed and row.confirmed_at is None:
        row.confirmed_at, row.confirmed_by = ctx.now, ctx.actor.staff_id
    elif not confirmed:
        row.confirmed_at = row.confirmed_by = None


def _is_above(ctx: ActionContext, row: Pledge) -> bool:
    """Return whether a person may confirm: nobody confirms what their own unit did."""
    return ctx.actor.department_id != row.unit_id and may_lead(ctx, row.unit_id)


def _sees_all(actor: Actor) -> bool:
    return actor.kind == ActorKind.STAFF and actor.role in SEE_ALL and actor.of_city


def _may_see(actor: Actor, row: Pledge) -> bool:
    return _sees_all(actor) or row.unit_id in actor.departments


def _audit(ctx: ActionContext, row: Pledge, verb: str) -> None:
    facts = {
        "unit_id": row.unit_id,
        "until": row.until.isoformat(),
        "done_on": row.done_on.isoformat() if row.done_on else None,
        "confirmed": row.confirmed_at is not None,
    }
    name = f"pledge.{verb}"
    write_entry(ctx.session, name, str(row.id), at=ctx.now, staff_id=ctx.actor.staff_id, after=facts)
