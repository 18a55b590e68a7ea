"""Making works by hand, and raising difficulties."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.reports.access import Asker, find_report
from service.domain.works.access import find_work, require_works
from service.domain.works.acting import Hand
from service.domain.works.codes import next_codes
from service.domain.works.forms import NewDifficulty, NewWork
from service.domain.works.lifecycles import begin_life
from service.domain.works.notices import tell_concerned
from service.domain.works.recording import record_work
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


def make_work(hand: Hand, asked: NewWork) -> tuple[Work, bool]:
    """(the task, whether it is new). Made by people of a unit, for it or the units below; it keeps it.

    Raises Forbidden, Invalid, Conflict for an id that stands for another work.
    """
    require_works(hand.reference)
    own = hand.actor.department_id
    if hand.actor.role not in (Role.DEPARTMENT, Role.MANAGER) or own is None:
        raise Forbidden(N_("Chỉ cán bộ của một đơn vị được giao việc cho đơn vị mình."))
    lead = unit_id(hand.reference, asked.lead, "lead")
    if lead not in hand.actor.departments:
        raise Forbidden(N_("Chỉ giao được việc cho đơn vị mình và các đơn vị trực thuộc."))
    if known := _known(hand.session, asked.id, asked.title, WorkKind.TASK, hand):
        return known, False
    starts = asked.starts or hand.calendar.local(hand.now).date()
    if asked.due < starts:
        raise invalid(["due"], N_("Hạn phải sau ngày bắt đầu."))
    executor = unit_id(hand.reference, asked.executor, "executor") if asked.executor else None
    work = _new(
        hand,
        asked.id,
        WorkKind.TASK,
        asked.title,
        note=asked.note,
        lead_id=lead,
        support_ids=sorted(unit_ids(hand.reference, asked.supports, "supports") - {lead}),
        executor_id=executor,
        keeper_id=own,
        director_id=own,
        starts_at=starts_on(hand.calendar, starts),
        due_at=due_on(hand.calendar, asked.due),
        needs_photo=asked.needs_photo,
    )
    _tell(hand, work, WorkEventType.CREATED)
    return work, True


def raise_difficulty(hand: Hand, asker: Asker, asked: NewDifficulty) -> tuple[Work, bool]:
    """(the difficulty, whether it is new). Anybody of the staff raises one; the plan's keeper sums it up and
    its issuer decides; without a plan it is the person's own unit, or the one that coordinates.

    Raises NotFound for what it is about and the person may not know of, Invalid, Conflict.
    """
    require_works(hand.reference)
    if known := _known(hand.session, asked.id, asked.title, WorkKind.DIFFICULTY, hand):
        return known, False
    about = find_work(hand.session, hand.reference, hand.actor, asked.work) if asked.work else None
    plan, row = _plan_of(hand, asked, about)
    report = find_report(hand.session, asker, asked.report, now=hand.now).report if asked.report else None
    unit = hand.actor.department_id or _coordinating(hand)
    keeper, director = (plan.keeper_id, plan.issuer_id) if plan else _above(hand, about, unit)
    terms = hand.reference.config.works
    due = after_working_days(hand.calendar, hand.now, terms.summary_days if terms else 3)
    work = _new(
        hand,
        asked.id,
        WorkKind.DIFFICULTY,
        asked.title,
        note=asked.note,
        lead_id=unit,
        keeper_id=keeper,
        director_id=director,
        starts_at=hand.now,
        due_at=due,
    )
    hand.session.flush()
    hand.session.add(
        Difficulty(
            work_id=work.id,
            kind=asked.kind,
            raised_by_id=unit,
            plan_id=plan.id if plan else None,
            plan_row_id=row.id if row else (about.plan_row_id if about else None),
            about_id=about.id if about else None,
            report_id=report.id if report else None,
            proposal=asked.proposal,
            amount_vnd=asked.amount_vnd,
            items=[each.model_dump() for each in asked.items],
        )
    )
    _tell(hand, work, WorkEventType.RAISED)
    return work, True


def _new(hand: Hand, id_: Any, kind: WorkKind, title: str, **columns: Any) -> Work:
    starts, due = columns["starts_at"], columns["due_at"]
    year = hand.calendar.local(hand.now).year
    work = Work(
        id=id_,
        code=next_codes(hand.session, "V", year)[0],
        kind=kind,
        title=title,
        first_due_at=due,
        amber_at=amber_before(hand.calendar, max(starts, hand.now), due),
        created_at=hand.now,
        updated_at=hand.now,
        created_by=hand.actor.staff_id,
        **columns,
    )
    begin_life(work)
    hand.session.add(work)
    return work


def _tell(hand: Hand, work: Work, type_: WorkEventType) -> None:
    hand.session.flush()
    data = {"title": work.title}
    event = record_work(hand.session, work, type_, actor=hand.actor, at=hand.now, data=data)
    tell_concerned(hand.session, hand.reference, work, event, hand.now)
    hand.session.flush()


def _known(session: Session, id_: object, title: str, kind: WorkKind, hand: Hand) -> Work | None:
    known = session.get(Work, id_)
    if known is None:
        return None
    if (known.kind, known.created_by, known.title) != (kind, hand.actor.staff_id, title):
        raise Conflict(N_("Mã id này đã được dùng cho việc khác. Hãy tạo id mới."))
    return known


def _plan_of(hand: Hand, asked: NewDifficulty, about: Work | None) -> tuple[Plan | None, PlanRow | None]:
    row = hand.session.get(PlanRow, about.plan_row_id) if about and about.plan_row_id else None
    if asked.plan is None:
        return (hand.session.get(Plan, row.plan_id) if row else None), row
    running = Plan.code == asked.plan.upper(), Plan.state == PlanState.IN_FORCE
    plan = hand.session.scalar(select(Plan).where(*running))
    if plan is None:
        raise NotFound(N_("Không có kế hoạch này. Hãy xem lại mã."))
    if asked.position is not None:
        row = hand.session.scalar(
            select(PlanRow).where(PlanRow.plan_id == plan.id, PlanRow.position == asked.position)
        )
        if row is None:
            raise invalid(["position"], N_("Kế hoạch không có dòng này."))
    return plan, row if row is not None and row.plan_id == plan.id else None


def _coordinating(hand: Hand) -> int:
    departments = hand.reference.department_by_code
    first = min((each.id for each in departments.values() if each.kind == "city" and each.active), default=0)
    named = departments.get(hand.reference.config.triage_department)
    unit = named or hand.reference.departments.get(first)
    if unit is None:
        raise Forbidden(N_("Tài khoản này không thuộc đơn vị nào."))
    return unit.id


def _above(hand: Hand, about: Work | None, unit: int) -> tuple[int, int]:
    if about is not None:
        return about.keeper_id, about.director_id
    parent = hand.reference.departments[unit].parent_id
    return unit, parent or unit
