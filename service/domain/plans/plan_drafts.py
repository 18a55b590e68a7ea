"""Drafts of plans: kept from a decided proposal, changed row by row until they are put in force."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.domain.casework.case.repeats import request_digest
from service.domain.plans.access import DRAFTER, find_plan, plan_roles, require_drafter
from service.domain.plans.forms import (
    MOST_ROWS,
    DraftRow,
    ParsedRowWords,
    PlanChange,
    PlanDraft,
    PlanHead,
    RowChange,
)
from service.domain.plans.recurrence import rule_parts
from service.domain.works.access import READERS, require_works
from service.domain.works.actions import ActionContext
from service.domain.works.codes import next_codes
from service.domain.works.events import record_plan
from service.domain.works.forms import YEARS_OF_WORK
from service.domain.works.units import unit_id, unit_ids
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import Event, Plan, PlanParent, PlanRow, PlanState, Subject, WorkEventType


def keep_draft(ctx: ActionContext, form: PlanDraft) -> tuple[Plan, bool]:
    """Return (the draft, whether it is new). The same proposal again from the same person is the same draft.

    Raises NotFound for who reads no plans, Forbidden for who may not issue for this unit, Invalid.
    """
    require_works(ctx.reference)
    if ctx.actor.role not in READERS:
        raise NotFound(N_("Không có trang này."))
    repeat_key = request_digest(form, verb=WorkEventType.PLAN_DRAFTED)
    if known := _kept(ctx, repeat_key):
        return known, False
    issuer = unit_id(ctx.reference, form.issuer, "issuer")
    plan = Plan(
        code="",
        title=form.title,
        issuer_id=issuer,
        keeper_id=issuer,
        created_at=ctx.now,
        updated_at=ctx.now,
        created_by=ctx.actor.staff_id,
    )
    _set_head(ctx, plan, form)
    if DRAFTER not in plan_roles(ctx.actor, plan):
        raise Forbidden(N_("Bạn chỉ lập được kế hoạch của đơn vị mình."))
    plan.recipients = [each.stored() for each in form.recipients]
    plan.warnings = list(form.warnings)
    plan.code = next_codes(ctx.session, "KH", ctx.calendar.local(ctx.now).year)[0]
    ctx.session.add(plan)
    ctx.session.flush()
    for words in dict.fromkeys(form.parents):
        if words:
            parent = _parent(ctx.session, plan, words)
            ctx.session.add(PlanParent(plan_id=plan.id, parent_id=parent, words=words))
    for position, each in enumerate(form.rows, 1):
        row = PlanRow(plan_id=plan.id, position=position)
        _set_row(ctx, row, each, ["rows", position - 1])
        ctx.session.add(row)
    record_plan(
        ctx.session, plan, WorkEventType.PLAN_DRAFTED, actor=ctx.actor, at=ctx.now, repeat_key=repeat_key
    )
    ctx.session.flush()
    return plan, True


def change_plan(ctx: ActionContext, code: str, form: PlanChange) -> Plan:
    """Change what a draft is. Raises NotFound, Forbidden, Conflict, Invalid."""
    plan = _draft(ctx, code)
    check_plan_version(plan, form.version)
    _set_head(ctx, plan, form)
    require_drafter(ctx.actor, plan)
    plan.version += 1
    plan.updated_at = ctx.now
    ctx.session.flush()
    return plan


def put_row(ctx: ActionContext, code: str, position: int, form: RowChange) -> PlanRow:
    """Change a row of a draft, or add one at the end. The same again changes nothing.

    Raises Conflict where somebody changed the row meanwhile: `extra["row"]` is how it is now.
    """
    plan = _draft(ctx, code)
    at = PlanRow.plan_id == plan.id, PlanRow.position == position
    row = ctx.session.scalar(select(PlanRow).where(*at).with_for_update())
    if row is None:
        count = ctx.session.scalar(select(func.count()).where(PlanRow.plan_id == plan.id)) or 0
        if form.version is not None or position != count + 1 or position > MOST_ROWS:
            raise NotFound(N_("Kế hoạch không có dòng này."))
        row = PlanRow(plan_id=plan.id, position=position, version=0)
        ctx.session.add(row)
    else:
        before = _facts(row)
        stored = PlanRow(plan_id=plan.id, position=position)
        _set_row(ctx, stored, form, [])
        if before == _facts(stored):
            return row
        if form.version != row.version:
            raise Conflict(
                N_("Có người vừa sửa dòng này. Hãy so hai bản rồi lưu lại."),
                extra={"version": row.version, "row": {key: str(value) for key, value in before.items()}},
            )
    _set_row(ctx, row, form, [])
    row.version += 1
    plan.updated_at = ctx.now
    ctx.session.flush()
    return row


def check_plan_version(plan: Plan, version: int) -> None:
    """Raise Conflict where somebody changed the plan since it was seen."""
    if plan.version != version:
        raise Conflict(
            N_("Có người vừa cập nhật kế hoạch này (phiên bản {version}). Hãy xem bản mới rồi quyết định."),
            extra={"version": plan.version, "status_now": plan.state},
            version=plan.version,
        )


def _draft(ctx: ActionContext, code: str) -> Plan:
    plan = find_plan(ctx.session, ctx.reference, ctx.actor, code, lock=True)
    require_drafter(ctx.actor, plan)
    if plan.state != PlanState.DRAFT:
        raise Conflict(N_("Kế hoạch đã ban hành, không sửa được nữa."), extra={"status_now": plan.state})
    return plan


def _kept(ctx: ActionContext, repeat_key: str) -> Plan | None:
    made = select(Event.subject_id).where(
        Event.report_id.is_(None),
        Event.subject_kind == Subject.PLAN,
        Event.staff_id == ctx.actor.staff_id,
        Event.repeat_key == repeat_key,
    )
    found = ctx.session.scalar(made.limit(1))
    plan = ctx.session.get(Plan, int(found)) if found is not None else None
    return plan if plan is not None and plan.state == PlanState.DRAFT else None


def _set_head(ctx: ActionContext, plan: Plan, form: PlanHead) -> None:
    _check_days(form, [])
    if form.first and form.last and form.first > form.last:
        raise invalid(["last"], N_("Ngày cuối phải sau ngày đầu."))
    plan.title, plan.number, plan.dated = form.title, form.number, form.dated
    plan.issuer_id = unit_id(ctx.reference, form.issuer, "issuer")
    plan.keeper_id = unit_id(ctx.reference, form.keeper, "keeper") if form.keeper else plan.issuer_id
    plan.first, plan.last, plan.public = form.first, form.last, form.public


def _set_row(ctx: ActionContext, row: PlanRow, form: DraftRow, loc: list[str | int]) -> None:
    understanding = form.understood
    _check_days(understanding, loc)
    if understanding.first and understanding.last and understanding.first > understanding.last:
        raise invalid([*loc, "last"], N_("Ngày cuối phải sau ngày đầu."))
    if understanding.repeats:
        rule_parts(understanding.repeats.rule)
    row.label, row.section_label, row.task = form.label, form.group, form.task
    row.lead_words, row.time_words, row.note = form.kept_lead_words, form.time_words, form.kept_note
    row.lead_id = unit_id(ctx.reference, understanding.lead, "lead") if understanding.lead else None
    row.support_ids = sorted(unit_ids(ctx.reference, understanding.supports, "supports"))
    row.everyone, row.first, row.last = understanding.everyone, understanding.first, understanding.last
    row.repeats = understanding.repeats.rule if understanding.repeats else None
    row.time = understanding.repeats.time if understanding.repeats else None
    row.on_holiday, row.key, row.needs_photo = understanding.on_holiday, form.key, form.needs_photo
    row.indicator, row.target = form.indicator, form.target
    row.unclear = list(form.unclear)


def _check_days(said: PlanHead | ParsedRowWords, loc: list[str | int]) -> None:
    for name, day in (("first", said.first), ("last", said.last)):
        if day is not None and day.year not in YEARS_OF_WORK:
            message = N_("Ngày {day} quá xa. Hãy xem lại năm.")
            raise invalid([*loc, name], message, day=f"{day.day:02}/{day.month:02}/{day.year}")


def _parent(session: Session, plan: Plan, words: str) -> int | None:
    """Return the plan of ours that these words name, by code or number."""
    named = or_(Plan.code == words.upper(), (Plan.number != "") & (Plan.number == words))
    found = select(Plan.id).where(named, Plan.id != plan.id, Plan.state != PlanState.DROPPED)
    return session.scalar(found.order_by(Plan.id.desc()).limit(1))


def _facts(row: PlanRow) -> dict[str, object]:
    own = {"id", "plan_id", "version", "position"}
    return {
        each.key: getattr(row, each.key) for each in PlanRow.__mapper__.column_attrs if each.key not in own
    }
