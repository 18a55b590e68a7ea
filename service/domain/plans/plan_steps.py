"""Steps of a plan: put in force exactly once, closed, dropped. The plan's row is locked throughout."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.domain.plans.access import find_plan
from service.domain.plans.forms import PlanStep
from service.domain.plans.life import PlanMove, move_plan
from service.domain.plans.plan_drafts import check_plan_version
from service.domain.plans.plan_works import make_missing
from service.domain.works.actions import ActionContext
from service.errors import FieldError, Invalid, invalid
from service.i18n import N_
from service.models import Plan, PlanRow, PlanState, Work

MOST_OPEN_TOLD = 50


def take_plan_step(ctx: ActionContext, code: str, form: PlanStep) -> Plan:
    """Take a step of the plan's life. Who comes second is answered as the first was, and makes nothing.

    Raises NotFound, Conflict, Forbidden; Invalid with every row that is not ready yet.
    """
    plan = find_plan(ctx.session, ctx.reference, ctx.actor, code, lock=True)
    if plan.state == form.to:
        return plan
    move = PlanMove(form.to, ctx.actor, ctx.now, form.reason)
    if form.to == PlanState.IN_FORCE and plan.state == PlanState.DRAFT:
        check_plan_version(plan, form.version)
        move_plan(ctx.session, plan, move)
        _check_ready(ctx, plan, form)
        make_missing(ctx.session, ctx.reference, ctx.calendar, plan, ctx.now)
    else:
        check_plan_version(plan, form.version)
        open_codes = open_works(ctx.session, plan)[:MOST_OPEN_TOLD]
        move_plan(ctx.session, plan, PlanMove(form.to, ctx.actor, ctx.now, form.reason, {"open": open_codes}))
    ctx.session.flush()
    return plan


def plan_work_codes(session: Session, plan: Plan) -> list[str]:
    """Return the codes of all works that the plan made, in order."""
    return list(session.scalars(_codes(plan).order_by(Work.created_at, Work.code)))


def open_works(session: Session, plan: Plan) -> list[str]:
    """Return the codes of the plan's works that are not done."""
    undone = _codes(plan).where(Work.closed_at.is_(None), Work.done_at.is_(None))
    return list(session.scalars(undone.order_by(Work.code)))


def _codes(plan: Plan) -> Select[str]:
    return select(Work.code).join(PlanRow, PlanRow.id == Work.plan_row_id).where(PlanRow.plan_id == plan.id)


def _check_ready(ctx: ActionContext, plan: Plan, form: PlanStep) -> None:
    rows = ctx.session.scalars(
        select(PlanRow).where(PlanRow.plan_id == plan.id).order_by(PlanRow.position)
    ).all()
    if not rows:
        raise invalid(["rows"], N_("Kế hoạch chưa có việc nào."))
    if faults := _faults(plan, rows):
        raise Invalid(N_("Còn dòng chưa rõ, chưa đưa vào thực hiện được."), errors=faults)
    if plan.warnings and plan.acknowledged_at is None:
        if not form.acknowledge:
            raise invalid(["acknowledge"], N_("Hãy đọc các lưu ý của văn bản rồi xác nhận."))
        plan.acknowledged_at = ctx.now


def _faults(plan: Plan, rows: Sequence[PlanRow]) -> list[FieldError]:
    found = []
    for row in rows:
        at: tuple[str | int, ...] = ("rows", row.position)
        found += [FieldError((*at, field), N_("Mục này chưa được quyết định.")) for field in row.unclear]
        if row.lead_id is None and not row.everyone and "lead" not in row.unclear:
            found.append(FieldError((*at, "lead"), N_("Cần chọn đơn vị chủ trì.")))
        ends = row.last or plan.last or (row.first if row.repeats is None else None)
        if ends is None and "last" not in row.unclear:
            found.append(FieldError((*at, "last"), N_("Cần ngày phải xong.")))
    return found
