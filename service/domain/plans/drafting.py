"""Drafts of plans: kept from a decided proposal, changed row by row until they are put in force."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.domain.casework.case.repeats import request_digest
from service.domain.plans.access import DRAFTER, find_plan, plan_roles, require_drafter
from service.domain.plans.forms import MOST_ROWS, DraftRow, PlanChange, PlanDraft, PlanHead, RowChange
from service.domain.plans.recurrence import rule_parts
from service.domain.works.access import READERS, require_works
from service.domain.works.acting import Hand
from service.domain.works.codes import next_codes
from service.domain.works.recording import record_plan
from service.domain.works.units import unit_id, unit_ids
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import Event, Plan, PlanParent, PlanRow, PlanState, Subject, WorkEventType


def keep_draft(hand: Hand, asked: PlanDraft) -> tuple[Plan, bool]:
    """(the draft, whether it is new). The same proposal again from the same person is the same draft.

    Raises NotFound for who reads no plans, Forbidden for who may not issue for this unit, Invalid.
    """
    require_works(hand.reference)
    if hand.actor.role not in READERS:
        raise NotFound(N_("Không có trang này."))
    wish = request_digest(asked, verb=WorkEventType.PLAN_DRAFTED)
    if known := _kept(hand, wish):
        return known, False
    issuer = unit_id(hand.reference, asked.issuer, "issuer")
    plan = Plan(
        code="",
        title=asked.title,
        issuer_id=issuer,
        keeper_id=issuer,
        created_at=hand.now,
        updated_at=hand.now,
        created_by=hand.actor.staff_id,
    )
    _set_head(hand, plan, asked)
    if DRAFTER not in plan_roles(hand.actor, plan):
        raise Forbidden(N_("Bạn chỉ lập được kế hoạch của đơn vị mình."))
    plan.recipients = [each.model_dump() for each in asked.recipients]
    plan.warnings = list(asked.warnings)
    plan.code = next_codes(hand.session, "KH", hand.calendar.local(hand.now).year)[0]
    hand.session.add(plan)
    hand.session.flush()
    for words in dict.fromkeys(asked.parents):
        if words:
            parent = _parent(hand.session, plan, words)
            hand.session.add(PlanParent(plan_id=plan.id, parent_id=parent, words=words))
    for position, each in enumerate(asked.rows, 1):
        row = PlanRow(plan_id=plan.id, position=position)
        _set_row(hand, row, each, ["rows", position - 1])
        hand.session.add(row)
    record_plan(hand.session, plan, WorkEventType.PLAN_DRAFTED, actor=hand.actor, at=hand.now, wish=wish)
    hand.session.flush()
    return plan, True


def change_plan(hand: Hand, code: str, asked: PlanChange) -> Plan:
    """Change what a draft is. Raises NotFound, Forbidden, Conflict, Invalid."""
    plan = _draft(hand, code)
    check_plan_version(plan, asked.version)
    _set_head(hand, plan, asked)
    require_drafter(hand.actor, plan)
    plan.version += 1
    plan.updated_at = hand.now
    hand.session.flush()
    return plan


def put_row(hand: Hand, code: str, position: int, asked: RowChange) -> PlanRow:
    """Change a row of a draft, or add one at the end. The same again changes nothing.

    Raises Conflict where somebody changed the row meanwhile: `extra["row"]` is how it is now.
    """
    plan = _draft(hand, code)
    at = PlanRow.plan_id == plan.id, PlanRow.position == position
    row = hand.session.scalar(select(PlanRow).where(*at).with_for_update())
    if row is None:
        count = hand.session.scalar(select(func.count()).where(PlanRow.plan_id == plan.id)) or 0
        if asked.version is not None or position != count + 1 or position > MOST_ROWS:
            raise NotFound(N_("Kế hoạch không có dòng này."))
        row = PlanRow(plan_id=plan.id, position=position, version=0)
        hand.session.add(row)
    else:
        before = _facts(row)
        kept = PlanRow(plan_id=plan.id, position=position)
        _set_row(hand, kept, asked, [])
        if before == _facts(kept):
            return row
        if asked.version != row.version:
            raise Conflict(
                N_("Có người vừa sửa dòng này. Hãy so hai bản rồi lưu lại."),
                extra={"version": row.version, "row": {key: str(value) for key, value in before.items()}},
            )
    _set_row(hand, row, asked, [])
    row.version += 1
    plan.updated_at = hand.now
    hand.session.flush()
    return row


def check_plan_version(plan: Plan, version: int) -> None:
    """Raise Conflict where somebody changed the plan since it was seen."""
    if plan.version != version:
        raise Conflict(
            N_("Có người vừa cập nhật kế hoạch này (phiên bản {version}). Hãy xem bản mới rồi quyết định."),
            extra={"version": plan.version, "status_now": plan.state},
            version=plan.version,
        )


def _draft(hand: Hand, code: str) -> Plan:
    plan = find_plan(hand.session, hand.reference, hand.actor, code, lock=True)
    require_drafter(hand.actor, plan)
    if plan.state != PlanState.DRAFT:
        raise Conflict(N_("Kế hoạch đã ban hành, không sửa được nữa."), extra={"status_now": plan.state})
    return plan


def _kept(hand: Hand, wish: str) -> Plan | None:
    made = select(Event.subject_id).where(
        Event.report_id.is_(None),
        Event.subject_kind == Subject.PLAN,
        Event.staff_id == hand.actor.staff_id,
        Event.wish == wish,
    )
    found = hand.session.scalar(made.limit(1))
    plan = hand.session.get(Plan, int(found)) if found is not None else None
    return plan if plan is not None and plan.state == PlanState.DRAFT else None


def _set_head(hand: Hand, plan: Plan, asked: PlanHead) -> None:
    if asked.first and asked.last and asked.first > asked.last:
        raise invalid(["last"], N_("Ngày cuối phải sau ngày đầu."))
    plan.title, plan.number, plan.dated = asked.title, asked.number, asked.dated
    plan.issuer_id = unit_id(hand.reference, asked.issuer, "issuer")
    plan.keeper_id = unit_id(hand.reference, asked.keeper, "keeper") if asked.keeper else plan.issuer_id
    plan.first, plan.last, plan.public = asked.first, asked.last, asked.public


def _set_row(hand: Hand, row: PlanRow, asked: DraftRow, loc: list[str | int]) -> None:
    said = asked.understood
    if said.first and said.last and said.first > said.last:
        raise invalid([*loc, "last"], N_("Ngày cuối phải sau ngày đầu."))
    if said.repeats:
        rule_parts(said.repeats.rule)
    row.label, row.section_label, row.task = asked.label, asked.group, asked.task
    row.lead_words, row.time_words, row.note = asked.kept_lead_words, asked.time_words, asked.kept_note
    row.lead_id = unit_id(hand.reference, said.lead, "lead") if said.lead else None
    row.support_ids = sorted(unit_ids(hand.reference, said.supports, "supports"))
    row.everyone, row.first, row.last = said.everyone, said.first, said.last
    row.repeats = said.repeats.rule if said.repeats else None
    row.time = said.repeats.time if said.repeats else None
    row.on_holiday, row.key, row.needs_photo = said.on_holiday, asked.key, asked.needs_photo
    row.indicator, row.target = asked.indicator, asked.target
    row.unclear = list(asked.unclear)


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
