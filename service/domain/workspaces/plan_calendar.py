"""Calendar of a plan that one subscribes to: its address by a secret of one's own, its deadlines."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.formats.calendar_lines import HOURLY, CalendarDeadline, calendar_bytes
from service.domain.people.staff import actor_for
from service.domain.plans.access import find_plan
from service.domain.works.actions import ActionContext
from service.errors import NotFound
from service.i18n import N_
from service.models import Plan, PlanCalendar, PlanRow, Staff, Work, WorkKind, WorkStatus

MOST = 2000


@dataclass(frozen=True, slots=True)
class PlanDate:
    """Work of a plan in its calendar."""

    code: str
    title: str
    due_at: datetime
    changed_at: datetime
    version: int
    dropped: bool


@dataclass(frozen=True, slots=True)
class PlanDates:
    """Calendar of a plan as its subscriber gets it; `timezone` is the city's."""

    plan: Plan
    dates: list[PlanDate]
    timezone: str


def make_plan_address(ctx: ActionContext, code: str) -> str:
    """Make the secret of this person's address of the plan's calendar; the one before stops answering."""
    plan = find_plan(ctx.session, ctx.reference, ctx.actor, code)
    drop_plan_address(ctx, code)
    token = secrets.token_urlsafe(32)
    row = PlanCalendar(plan_id=plan.id, staff_id=ctx.actor.staff_id, digest=_digest(token))
    row.created_at = ctx.now
    ctx.session.add(row)
    ctx.session.flush()
    return token


def drop_plan_address(ctx: ActionContext, code: str) -> None:
    """Let this person's address answer no more."""
    plan = find_plan(ctx.session, ctx.reference, ctx.actor, code)
    mine = PlanCalendar.plan_id == plan.id, PlanCalendar.staff_id == ctx.actor.staff_id
    ctx.session.execute(delete(PlanCalendar).where(*mine))


def read_plan_dates(session: Session, reference: Reference, code: str, token: str) -> PlanDates:
    """Return the plan's deadlines to whoever has an address.

    Raises NotFound for an address that was never made or was revoked, or whose account is closed or may
    no longer see the plan.
    """
    row = session.scalar(select(PlanCalendar).where(PlanCalendar.digest == _digest(token)))
    account = session.get(Staff, row.staff_id) if row else None
    if row is None or account is None or not account.active:
        raise NotFound(N_("Không có lịch này, hoặc địa chỉ đã bị thu hồi."))
    plan = find_plan(session, reference, actor_for(account, reference), code)
    if plan.id != row.plan_id:
        raise NotFound(N_("Không có lịch này, hoặc địa chỉ đã bị thu hồi."))
    query = (
        select(Work.code, Work.title, Work.due_at, Work.updated_at, Work.version, Work.status)
        .join(PlanRow, PlanRow.id == Work.plan_row_id)
        .where(PlanRow.plan_id == plan.id, Work.kind == WorkKind.TASK, Work.due_at.is_not(None))
        .order_by(Work.due_at, Work.code)
        .limit(MOST)
    )
    dates = [
        PlanDate(each.code, each.title, each.due_at, each.updated_at, each.version, dropped)
        for each in session.execute(query)
        if each.due_at is not None
        for dropped in [each.status == WorkStatus.DROPPED]
    ]
    return PlanDates(plan, dates, reference.timezone)


def plan_calendar_text(found: PlanDates, public_url: str) -> bytes:
    """Return the calendar as iCalendar (RFC 5545)."""
    base = public_url.rstrip("/")
    events = (_deadline(each, base).lines(found.timezone) for each in found.dates)
    return calendar_bytes("plans", found.plan.title, chain.from_iterable(events), HOURLY)


def _deadline(each: PlanDate, base: str) -> CalendarDeadline:
    return CalendarDeadline(
        uid=f"{each.code}@{urlsplit(base).hostname or 'hientruong'}",
        due_at=each.due_at,
        changed_at=each.changed_at,
        sequence=each.version,
        summary=each.title,
        url=f"{base}/works/{each.code}",
        cancelled=each.dropped,
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
