"""Objections to numbers being listed: by anybody, answered within a term; a plausible one hides it."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.kernel.sealing import seal_for, unseal_for
from service.domain.number_cases.forms import NewObjection, ObjectionAnswer
from service.domain.number_cases.withdrawals import withdraw_listings
from service.domain.numbers.registry import enter_number
from service.domain.numbers.written import number_in_answer
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext
from service.domain.works.events import record_work
from service.domain.works.lifecycles import DIRECTOR, LEAD, work_roles
from service.domain.works.terms import after_working_days
from service.domain.works.views import ReadModel
from service.errors import Conflict, Forbidden, NotFound, TooMany, invalid
from service.i18n import N_
from service.models import (
    AdNumberCase,
    Listing,
    Objection,
    Role,
    Work,
    WorkEventType,
)

MOST_OPEN = 1000


class ObjectionView(ReadModel):
    """Objection as those see it who answer it."""

    id: UUID
    number_id: int | None
    number: str
    contact: str
    words: str
    received_at: datetime
    due_at: datetime
    late: bool
    plausible: bool
    upheld: bool | None
    answer: str
    answered_at: datetime | None


def object_to_listing(
    session: Session, reference: Reference, calendar: Calendar, key: bytes, form: NewObjection, now: datetime
) -> Objection:
    """Keep an objection. The same id again is the same one. What is answered never says whether the number is
    listed or known. Raises Invalid for what is no number, TooMany where too many wait.
    """
    known = session.get(Objection, form.id)
    if known is not None:
        return known
    number = number_in_answer(form.number)
    if number is None:
        raise invalid(["number"], N_("Đây không phải số điện thoại ở Việt Nam. Hãy nhập đủ các chữ số."))
    waiting = select(func.count()).select_from(Objection).where(Objection.answered_at.is_(None))
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise TooMany(N_("Đang có quá nhiều ý kiến chờ trả lời. Hãy gửi lại sau."))
    days = reference.config.numbers.objection_days
    sealed = seal_for(key, "objection", json.dumps({"number": number.digits, "contact": form.contact}))
    made = Objection(
        id=form.id,
        # Entered though nobody saw it yet: once it is seen, or put on a list, this objection counts.
        number_id=enter_number(session, number, now),
        words=form.words,
        sealed=sealed,
        received_at=now,
        due_at=after_working_days(calendar, now, days),
    )
    session.add(made)
    session.flush()
    return made


def list_objections(ctx: ActionContext, key: bytes, *, waiting: bool = True) -> list[ObjectionView]:
    """Return the objections that this person answers, the most pressing first."""
    query = select(Objection).order_by(Objection.answered_at.desc().nulls_first(), Objection.due_at)
    query = query.where(Objection.answered_at.is_(None)) if waiting else query
    rows = ctx.session.scalars(query.limit(MOST_OPEN)).all()
    return [tell_objection(ctx, key, each) for each in rows if may_answer_objection(ctx, each)][:200]


def tell_objection(ctx: ActionContext, key: bytes, row: Objection) -> ObjectionView:
    """Return an objection with what was sealed."""
    plain = unseal_for(key, "objection", row.sealed) if row.sealed else None
    sealed_words = json.loads(plain) if plain else {"number": "", "contact": ""}
    own = {name: getattr(row, name) for name in ObjectionView.model_fields if hasattr(row, name)}
    late = (row.answered_at or ctx.now) > row.due_at
    return ObjectionView(**own, number=sealed_words["number"], contact=sealed_words["contact"], late=late)


def answer_objection(ctx: ActionContext, id_: UUID, form: ObjectionAnswer) -> Objection:
    """Answer an objection, or say that it may be right: then the number is hidden until it is answered.

    Upheld, the number is off the list in the same transaction. Raises NotFound for who does not answer it,
    Invalid without words, Conflict once it is answered.
    """
    query = select(Objection).where(Objection.id == id_).with_for_update()
    row = ctx.session.scalars(query.execution_options(populate_existing=True)).first()
    if row is None or not may_answer_objection(ctx, row):
        raise NotFound(N_("Không có ý kiến này."))
    if row.answered_at is not None:
        if (row.upheld, row.answer) == (form.upheld, form.answer):
            return row
        raise Conflict(N_("Ý kiến này đã được trả lời."))
    if form.plausible is not None:
        row.plausible = form.plausible
    if form.upheld is not None:
        if not form.answer:
            raise invalid(["answer"], N_("Cần ghi nội dung trả lời."))
        row.upheld, row.answer = form.upheld, form.answer
        row.answered_at, row.answered_by = ctx.now, ctx.actor.staff_id
    elif form.plausible is None:
        raise invalid(["upheld"], N_("Cần chọn chấp nhận hay không chấp nhận."))
    ctx.session.flush()
    _apply(ctx, row)
    return row


def may_answer_objection(ctx: ActionContext, row: Objection) -> bool:
    """Return whether a person answers an objection: whose unit leads a case of the number or leads that unit;
    of a number without a case, whoever leads the numbers of several wards.
    """
    if row.number_id is not None:
        cases = select(Work).join(AdNumberCase, AdNumberCase.work_id == Work.id)
        works = ctx.session.scalars(cases.where(AdNumberCase.number_id == row.number_id)).all()
        if works:
            return any(work_roles(ctx.actor, each) & {LEAD, DIRECTOR} for each in works)
    return _of_the_city(ctx.reference, ctx.actor)


def require_answering(actor: Actor) -> None:
    """Raise Forbidden for roles that answer no objections."""
    if actor.role not in (Role.DEPARTMENT, Role.MANAGER):
        raise Forbidden(N_("Vai trò của bạn không trả lời ý kiến về số được công khai."))


def _of_the_city(reference: Reference, actor: Actor) -> bool:
    code = reference.config.numbers.department or reference.config.triage_department
    unit = reference.department_by_code.get(code)
    if actor.role == Role.MANAGER and actor.of_city:
        return True
    return actor.role in (Role.DEPARTMENT, Role.MANAGER) and unit is not None and unit.id in actor.departments


def _apply(ctx: ActionContext, row: Objection) -> None:
    if row.number_id is None:
        return
    mine = Listing.number_id == row.number_id
    if row.upheld:
        withdraw_listings(ctx, mine, row.answer)
    doubted = exists().where(
        Objection.number_id == row.number_id, Objection.plausible, Objection.answered_at.is_(None)
    )
    hidden = ctx.now if ctx.session.scalar(select(doubted)) else None
    shown = mine, Listing.withdrawn_at.is_(None), Listing.published_on.is_not(None)
    since = func.coalesce(Listing.hidden_since, hidden) if hidden else None
    ctx.session.execute(
        update(Listing).where(*shown).values(hidden_since=since).execution_options(synchronize_session=False)
    )
    newest = select(Work).join(AdNumberCase, AdNumberCase.work_id == Work.id)
    work = ctx.session.scalars(
        newest.where(AdNumberCase.number_id == row.number_id).order_by(Work.created_at.desc()).limit(1)
    ).first()
    if work is not None:
        type_ = WorkEventType.NUMBER_OBJECTION_ANSWERED if row.answered_at else WorkEventType.NUMBER_OBJECTED
        record_work(ctx.session, work, type_, actor=ctx.actor, at=ctx.now, data={"answer": row.answer})
    ctx.session.flush()
