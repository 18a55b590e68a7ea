"""Making works by hand, and raising difficulties."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.reports.access import Asker, find_report
from service.domain.works.access import find_work, require_works
from service.domain.works.actions import ActionContext
from service.domain.works.codes import next_codes
from service.domain.works.events import record_work
from service.domain.works.forms import NewDifficulty, NewWork
from service.domain.works.lifecycles import begin_life
from service.domain.works.notices import tell_concerned
from service.domain.works.terms import after_working_days, amber_before, due_on, starts_on
from service.domain.works.units import unit_id, unit_ids
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import (
    Difficulty,
    Plan,
    PlanRow,
    PlanState,
    Role,
    Work,
    WorkEventType,
    WorkKind,
)


def make_work(ctx: ActionContext, form: NewWork) -> tuple[Work, bool]:
    """Return (the task, whether it is new). Made by people of a unit, for it or the units below; it keeps it.

    Raises Forbidden, Invalid, Conflict for an id that stands for another work.
    """
    require_works(ctx.reference)
    own = ctx.actor.department_id
    if ctx.actor.role not in (Role.DEPARTMENT, Role.MANAGER) or own is None:
        raise Forbidden(N_("Chỉ cán bộ của một đơn vị được giao việc cho đơn vị mình."))
    lead = unit_id(ctx.reference, form.lead, "lead")
    if lead not in ctx.actor.departments:
        raise Forbidden(N_("Chỉ giao được việc cho đơn vị mình và các đơn vị trực thuộc."))
    if known := _known(ctx.session, form.id, form.title, WorkKind.TASK, ctx):
        return known, False
    starts = form.starts or ctx.calendar.local(ctx.now).date()
    if form.due < starts:
        raise invalid(["due"], N_("Hạn phải sau ngày bắt đầu."))
    executor = unit_id(ctx.reference, form.executor, "executor") if form.executor else None
    work = _new(
        ctx,
        form.id,
        WorkKind.TASK,
        form.title,
        note=form.note,
        lead_id=lead,
        support_ids=sorted(unit_ids(ctx.reference, form.supports, "supports") - {lead}),
        executor_id=executor,
        keeper_id=own,
        director_id=own,
        starts_at=starts_on(ctx.calendar, starts),
        due_at=due_on(ctx.calendar, form.due),
        needs_photo=form.needs_photo,
    )
    _tell(ctx, work, WorkEventType.CREATED)
    return work, True


def raise_difficulty(ctx: ActionContext, asker: Asker, form: NewDifficulty) -> tuple[Work, bool]:
    """Return (the difficulty, whether it is new). Anybody of the staff raises one; the plan's keeper sums it
    up and its issuer decides; without a plan it is the person's own unit, or the one that coordinates.

    Raises NotFound for what it is about and the person may not know of, Invalid, Conflict.
    """
    require_works(ctx.reference)
    if known := _known(ctx.session, form.id, form.title, WorkKind.DIFFICULTY, ctx):
        return known, False
    about = find_work(ctx.session, ctx.reference, ctx.actor, form.work) if form.work else None
    plan, row = _plan_of(ctx, form, about)
    report = find_report(ctx.session, asker, form.report, now=ctx.now).report if form.report else None
    unit = ctx.actor.department_id or _coordinating(ctx)
    keeper, director = (plan.keeper_id, plan.issuer_id) if plan else _above(ctx, about, unit)
    terms = ctx.reference.config.works
    due = after_working_days(ctx.calendar, ctx.now, terms.summary_days if terms else 3)
    work = _new(
        ctx,
        form.id,
        WorkKind.DIFFICULTY,
        form.title,
        note=form.note,
        lead_id=unit,
        keeper_id=keeper,
        director_id=director,
        starts_at=ctx.now,
        due_at=due,
    )
    ctx.session.flush()
    ctx.session.add(
        Difficulty(
            work_id=work.id,
            kind=form.kind,
            raised_by_id=unit,
            plan_id=plan.id if plan else None,
            plan_row_id=row.id if row else (about.plan_row_id if about else None),
            about_id=about.id if about else None,
            report_id=report.id if report else None,
            proposal=form.proposal,
            amount_vnd=form.amount_vnd,
            items=[each.stored() for each in form.items],
        )
    )
    _tell(ctx, work, WorkEventType.RAISED)
    return work, True


def _new(
    ctx: ActionContext,
    id_: UUID,
    kind: WorkKind,
    title: str,
    *,
    starts_at: datetime,
    due_at: datetime,
    **columns: object,
) -> Work:
    year = ctx.calendar.local(ctx.now).year
    work = Work(
        id=id_,
        code=next_codes(ctx.session, "V", year)[0],
        kind=kind,
        title=title,
        starts_at=starts_at,
        due_at=due_at,
        first_due_at=due_at,
        amber_at=amber_before(ctx.calendar, max(starts_at, ctx.now), due_at),
        created_at=ctx.now,
        updated_at=ctx.now,
        created_by=ctx.actor.staff_id,
        **columns,
    )
    begin_life(work)
    ctx.session.add(work)
    return work


def _tell(ctx: ActionContext, work: Work, type_: WorkEventType) -> None:
    ctx.session.flush()
    data = {"title": work.title}
    event = record_work(ctx.session, work, type_, actor=ctx.actor, at=ctx.now, data=data)
    tell_concerned(ctx.session, ctx.reference, work, event, ctx.now)
    ctx.session.flush()


def _known(session: Session, id_: object, title: str, kind: WorkKind, ctx: ActionContext) -> Work | None:
    known = session.get(Work, id_)
    if known is None:
        return None
    if (known.kind, known.created_by, known.title) != (kind, ctx.actor.staff_id, title):
        raise Conflict(N_("Mã id này đã được dùng cho việc khác. Hãy tạo id mới."))
    return known


def _plan_of(
    ctx: ActionContext, form: NewDifficulty, about: Work | None
) -> tuple[Plan | None, PlanRow | None]:
    row = ctx.session.get(PlanRow, about.plan_row_id) if about and about.plan_row_id else None
    if form.plan is None:
        return (ctx.session.get(Plan, row.plan_id) if row else None), row
    running = Plan.code == form.plan.upper(), Plan.state == PlanState.IN_FORCE
    plan = ctx.session.scalar(select(Plan).where(*running))
    if plan is None:
        raise NotFound(N_("Không có kế hoạch này. Hãy xem lại mã."))
    if form.position is not None:
        row = ctx.session.scalar(
            select(PlanRow).where(PlanRow.plan_id == plan.id, PlanRow.position == form.position)
        )
        if row is None:
            raise invalid(["position"], N_("Kế hoạch không có dòng này."))
    return plan, row if row is not None and row.plan_id == plan.id else None


def _coordinating(ctx: ActionContext) -> int:
    departments = ctx.reference.department_by_code
    first = min((each.id for each in departments.values() if each.kind == "city" and each.active), default=0)
    named = departments.get(ctx.reference.config.triage_department)
    unit = named or ctx.reference.departments.get(first)
    if unit is None:
        raise Forbidden(N_("Tài khoản này không thuộc đơn vị nào."))
    return unit.id


def _above(ctx: ActionContext, about: Work | None, unit: int) -> tuple[int, int]:
    if about is not None:
        return about.keeper_id, about.director_id
    parent = ctx.reference.departments[unit].parent_id
    return unit, parent or unit
