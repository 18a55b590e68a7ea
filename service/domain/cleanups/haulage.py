"""Haulage of what a clean-up gathers: a task of the collector's own, which follows the clean-up."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.cleanups.access import CleanupWork
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext, step
from service.domain.works.codes import next_codes
from service.domain.works.events import record_work
from service.domain.works.lifecycles import REASON, begin_life
from service.domain.works.units import unit_code
from service.errors import invalid
from service.i18n import N_
from service.models import Audience, Cleanup, Work, WorkEventType, WorkKind, WorkStatus
from service.models.reports.event import ActorKind

HAULED_BY = time(9)
"""On the morning after, what was gathered is gone."""


def haulage_of(session: Session, work: Work) -> Work | None:
    """Return the task of who hauls away what was gathered."""
    return session.scalar(select(Work).where(Work.parent_id == work.id, Work.kind == WorkKind.TASK))


def collector_code(ctx: ActionContext, side: Cleanup) -> str:
    """Return the code of who hauls; for units alone nobody need to be named."""
    if side.collector_id is not None and side.pickup_words:
        return unit_code(ctx.reference, side.collector_id) or ""
    return "none" if side.open_to == Audience.UNITS else ""


def check_haulage(ctx: ActionContext, cleanup: CleanupWork) -> None:
    """Raise Invalid where nobody hauls away what will be gathered."""
    if not cleanup.side.no_waste and not collector_code(ctx, cleanup.side):
        raise invalid(
            ["collector"],
            N_("Cần chọn đơn vị chở rác và nơi tập kết, hoặc ghi rõ là không phát sinh rác."),
        )


def move_haulage(ctx: ActionContext, cleanup: CleanupWork) -> None:
    """Have the collector's task say what the clean-up says now: made, moved or dropped."""
    work, side = cleanup.work, cleanup.side
    task = haulage_of(ctx.session, work)
    if side.no_waste or side.collector_id is None:
        if task is not None:
            drop_haulage(ctx, work, work.title)
        return
    day = ctx.calendar.local(side.ends_at).date() + timedelta(days=1)
    due = datetime.combine(day, HAULED_BY, tzinfo=ctx.calendar.timezone)
    if task is None:
        task = Work(
            id=uuid4(),
            code=next_codes(ctx.session, "V", ctx.calendar.local(ctx.now).year)[0],
            kind=WorkKind.TASK,
            title=f"Chở rác: {work.title}"[:300],
            parent_id=work.id,
            lead_id=work.lead_id,
            keeper_id=work.lead_id,
            director_id=work.director_id,
            created_at=ctx.now,
            updated_at=ctx.now,
            created_by=ctx.actor.staff_id,
        )
        begin_life(task)
        ctx.session.add(task)
        _say_haulage(task, work, side, due)
        ctx.session.flush()
        made = WorkEventType.CREATED
        record_work(ctx.session, task, made, actor=ctx.actor, at=ctx.now, data={"title": task.title})
    elif task.closed_at is None and task.done_at is None:
        _say_haulage(task, work, side, due)
        task.version, task.updated_at = task.version + 1, ctx.now


def drop_haulage(ctx: ActionContext, work: Work, why: str) -> None:
    """Have nobody haul: the task is dropped, unless it was done."""
    task = haulage_of(ctx.session, work)
    if task is not None and task.closed_at is None and task.done_at is None:
        system = ActionContext(ctx.session, ctx.reference, ctx.calendar, Actor(ActorKind.SYSTEM), ctx.now)
        step(system, task, WorkStatus.DROPPED, {REASON: why})


def _say_haulage(task: Work, work: Work, side: Cleanup, due: datetime) -> None:
    task.note, task.executor_id = side.pickup_words, side.collector_id
    task.starts_at, task.due_at, task.first_due_at, task.amber_at = side.ends_at, due, due, side.ends_at
    task.geom, task.ward_id = work.geom, work.ward_id
