"""Requests to carriers: one letter with many numbers, sent by a person; taken back when a case ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.casework.case.repeats import request_digest
from service.domain.city.reference import Reference
from service.domain.number_cases.access import CarrierRequestWork, NumberCaseWork, find_request, knows_number
from service.domain.number_cases.forms import MOST_NUMBERS, Name, NewRequest, NumbersToAdd
from service.domain.number_cases.words import PURPOSE_WORDS
from service.domain.numbers.telephones import of_e164
from service.domain.numbers.written import number_in_answer
from service.domain.reports.events import SYSTEM, Actor
from service.domain.works.actions import ActionContext, check_version, step
from service.domain.works.codes import next_codes
from service.domain.works.events import record_work, was_requested
from service.domain.works.forms import WorkStep
from service.domain.works.lifecycles import (
    BASIS,
    DATED,
    DOCUMENT,
    LEAD,
    NUMBERS,
    REASON,
    begin_life,
    work_roles,
)
from service.domain.works.notices import tell_people
from service.domain.works.terms import after_working_days, amber_before
from service.domain.works.units import unit_id
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import (
    AdNumber,
    AdNumberCase,
    CarrierAction,
    CarrierAnswer,
    CarrierRequest,
    CarrierRequestNumber,
    RequestChannel,
    RequestPurpose,
    Role,
    Staff,
    Subject,
    Work,
    WorkEventType,
    WorkKind,
    WorkStatus,
)

LETTERS = "C"
_NEEDS = {
    RequestPurpose.SUSPEND: frozenset({WorkStatus.TO_SUSPEND}),
    RequestPurpose.WARN: frozenset({WorkStatus.OPEN, WorkStatus.INVITED}),
    RequestPurpose.RESTORE: frozenset({WorkStatus.COMPLIED, WorkStatus.DROPPED}),
}
"""Statuses of a number's case in which a carrier may be asked for that."""


def make_request(ctx: ActionContext, new: NewRequest) -> tuple[CarrierRequestWork, bool]:
    """Return (the draft, whether it is new). Raises Forbidden, Invalid naming the number, Conflict for a
    used id.
    """
    require_writing(ctx.reference, ctx.actor)
    known = ctx.session.get(Work, new.id)
    if known is not None:
        side = ctx.session.get(CarrierRequest, new.id)
        if side is None or known.created_by != ctx.actor.staff_id:
            raise Conflict(N_("Mã id này đã được dùng cho việc khác. Hãy tạo id mới."))
        return CarrierRequestWork(known, side), False
    carrier = unit_id(ctx.reference, new.carrier, "carrier")
    if ctx.reference.departments[carrier].kind != "company":
        raise invalid(["carrier"], N_("Đơn vị này không phải doanh nghiệp viễn thông."))
    lead = ctx.actor.department_id or 0
    found = draft_request(ctx, new.id, carrier, new.purpose, lead)
    found.work.note, found.side.basis, found.side.channel = new.note, new.basis, new.channel
    _ask_about(ctx, found, new.numbers)
    return found, True


def add_numbers(ctx: ActionContext, code: str, form: NumbersToAdd) -> CarrierRequestWork:
    """Ask about more numbers, while it is a draft; those that it has stay. Raises as `make_request`."""
    found = find_request(ctx.session, ctx.actor, code, lock=True)
    if LEAD not in work_roles(ctx.actor, found.work):
        raise Forbidden(N_("Chỉ đơn vị soạn công văn được sửa."))
    if form.version is not None:
        check_version(found.work, form.version)
    if found.work.status != WorkStatus.DRAFT:
        raise Conflict(N_("Công văn đã gửi, không thêm số được nữa. Hãy soạn công văn khác."))
    if _ask_about(ctx, found, form.numbers):
        found.work.version += 1
        found.work.updated_at = ctx.now
        type_ = WorkEventType.REQUEST_CHANGED
        record_work(ctx.session, found.work, type_, actor=ctx.actor, at=ctx.now)
    ctx.session.flush()
    return found


def take_request_step(ctx: ActionContext, code: str, form: WorkStep) -> CarrierRequestWork:
    """Send, take back or close a request. The same again changes nothing.

    Raises NotFound, Conflict, Forbidden, Invalid naming what is missing.
    """
    found = find_request(ctx.session, ctx.actor, code, lock=True)
    work, side = found.work, found.side
    repeat_key = request_digest(form, verb=WorkEventType.REQUEST_DRAFTED)
    if was_requested(ctx.session, Subject.WORK, work.id, ctx.actor, repeat_key):
        return found
    check_version(work, form.version)
    if form.to == WorkStatus.ANSWERED and count_unanswered(ctx.session, work.id):
        raise Conflict(N_("Còn số chưa có trả lời."))
    if form.to == WorkStatus.SENT:
        _send(ctx, found, form, repeat_key)
    else:
        step(ctx, work, form.to, {REASON: form.reason}, repeat_key=repeat_key)
    if form.to == WorkStatus.ANSWERED:
        side.answered_on = ctx.calendar.local(ctx.now).date()
    ctx.session.flush()
    return found


def draft_request(
    ctx: ActionContext,
    id_: UUID,
    carrier: int,
    purpose: RequestPurpose,
    lead: int,
    parent: Work | None = None,
) -> CarrierRequestWork:
    """Add a draft without numbers. Whatever makes it, a person sends it."""
    name = ctx.reference.departments[carrier].name["vi"]
    above = ctx.reference.departments[lead].parent_id
    work = Work(
        id=id_,
        code=next_codes(ctx.session, LETTERS, ctx.calendar.local(ctx.now).year)[0],
        kind=WorkKind.CARRIER_REQUEST,
        title=f"{PURPOSE_WORDS[purpose]} – {name}"[:300],
        parent_id=parent.id if parent else None,
        lead_id=lead,
        executor_id=carrier,
        keeper_id=lead,
        director_id=above or lead,
        created_at=ctx.now,
        updated_at=ctx.now,
        created_by=ctx.actor.staff_id,
    )
    begin_life(work)
    ctx.session.add(work)
    ctx.session.flush()
    side = CarrierRequest(work_id=work.id, carrier_id=carrier, purpose=purpose, channel=RequestChannel.PORTAL)
    ctx.session.add(side)
    type_ = WorkEventType.REQUEST_DRAFTED
    record_work(ctx.session, work, type_, actor=ctx.actor, at=ctx.now, data={"title": work.title})
    ctx.session.flush()
    return CarrierRequestWork(work, side)


def put_number(session: Session, request: UUID, number_id: int, case_id: UUID | None) -> bool:
    """Return whether the request did not ask about the number yet."""
    row = insert(CarrierRequestNumber).values(
        request_id=request, number_id=number_id, case_id=case_id, action=CarrierAction.NONE
    )
    made = row.on_conflict_do_nothing().returning(CarrierRequestNumber.number_id)
    return session.scalar(made) is not None


def take_back_questions(ctx: ActionContext, case: NumberCaseWork, why: str) -> None:
    """Ask carriers no more about a number whose case ended, unless to make it work again."""
    rows = ctx.session.execute(
        select(CarrierRequestNumber, Work, CarrierRequest)
        .join(Work, Work.id == CarrierRequestNumber.request_id)
        .join(CarrierRequest, CarrierRequest.work_id == Work.id)
        .where(
            CarrierRequestNumber.case_id == case.work.id,
            CarrierRequestNumber.answer.is_(None),
            CarrierRequest.purpose != RequestPurpose.RESTORE,
            Work.status.in_((WorkStatus.DRAFT, WorkStatus.SENT)),
        )
        .order_by(Work.id)
        .with_for_update(of=Work)
    ).all()
    for row, work, side in rows:
        if work.status == WorkStatus.DRAFT:
            ctx.session.delete(row)
        else:
            row.answer, row.answered_at, row.note = CarrierAnswer.NONE, ctx.now, why[:2000]
        ctx.session.flush()
        settle_request(system_context(ctx), CarrierRequestWork(work, side), why)


def settle_request(ctx: ActionContext, request: CarrierRequestWork, why: str = "") -> bool:
    """Take the step that follows once every number has its answer: `answered`, or taken back where nothing is
    asked any more. Return whether there was one.
    """
    answers = list(
        ctx.session.scalars(
            select(CarrierRequestNumber.answer).where(CarrierRequestNumber.request_id == request.work.id)
        )
    )
    if any(each is None for each in answers):
        return False
    if all(each == CarrierAnswer.NONE for each in answers):
        step(system_context(ctx), request.work, WorkStatus.WITHDRAWN, {REASON: why or "—"})
        return True
    request.side.answered_on = ctx.calendar.local(ctx.now).date()
    step(ctx, request.work, WorkStatus.ANSWERED)
    return True


def draft_restore(ctx: ActionContext, case: NumberCaseWork) -> None:
    """Draft the letter by which the carrier that suspended the number is asked to let it work again."""
    query = (
        select(CarrierRequest.carrier_id)
        .join(CarrierRequestNumber, CarrierRequestNumber.request_id == CarrierRequest.work_id)
        .where(
            CarrierRequestNumber.number_id == case.number.id,
            CarrierRequest.purpose == RequestPurpose.SUSPEND,
            CarrierRequestNumber.action == CarrierAction.SUSPENDED,
        )
        .order_by(CarrierRequestNumber.answered_at.desc())
    )
    carrier = ctx.session.scalar(query.limit(1)) or carrier_of(ctx.reference, case.number)
    if carrier is None:
        return
    purpose = RequestPurpose.RESTORE
    drafted = draft_request(ctx, uuid4(), carrier, purpose, case.work.lead_id, case.work)
    put_number(ctx.session, drafted.work.id, case.number.id, case.work.id)


def carrier_of(reference: Reference, number: AdNumber) -> int | None:
    """Return the carrier that answered for the number, else the one that its prefix was given to."""
    if number.carrier_id is not None:
        return number.carrier_id
    code = reference.config.numbers.carriers.get(of_e164(number.e164).carrier)
    unit = reference.department_by_code.get(code or "")
    return unit.id if unit else None


def require_writing(reference: Reference, actor: Actor) -> None:
    """Raise Forbidden for who may not write to carriers."""
    allowed = reference.config.numbers.may_request
    units = {each.id for code in allowed if (each := reference.department_by_code.get(code))}
    own = actor.department_id
    if actor.role not in (Role.DEPARTMENT, Role.MANAGER) or own is None or (units and own not in units):
        raise Forbidden(N_("Đơn vị của bạn không gửi công văn cho nhà mạng."))


def count_unanswered(session: Session, request: UUID) -> int:
    """Return how many numbers of a request have no answer."""
    unanswered = CarrierRequestNumber.request_id == request, CarrierRequestNumber.answer.is_(None)
    return session.scalar(select(func.count()).select_from(CarrierRequestNumber).where(*unanswered)) or 0


def system_context(ctx: ActionContext) -> ActionContext:
    """Return the context of the system itself, for what follows from somebody's step."""
    return ActionContext(ctx.session, ctx.reference, ctx.calendar, SYSTEM, ctx.now)


def _send(ctx: ActionContext, request: CarrierRequestWork, form: WorkStep, repeat_key: str) -> None:
    work, side, terms = request.work, request.side, ctx.reference.config.numbers
    data, count = form.data, count_unanswered(ctx.session, request.work.id)
    basis = data.basis or side.basis
    columns = {
        DOCUMENT: data.document or "",
        DATED: data.dated.isoformat() if data.dated else "",
        BASIS: basis,
        NUMBERS: str(count) if count else "",
    }
    days = terms.trace_days if side.purpose == RequestPurpose.TRACE else terms.act_days
    due = after_working_days(ctx.calendar, ctx.now, days)
    times = {"due_at": due, "first_due_at": due, "amber_at": amber_before(ctx.calendar, ctx.now, due)}
    step(ctx, work, WorkStatus.SENT, columns, {**times, "starts_at": ctx.now}, repeat_key=repeat_key)
    side.document, side.basis, side.sent_on = data.document or "", basis, data.dated
    people = select(Staff.id).where(Staff.active, Staff.department_id == side.carrier_id)
    event = record_work(
        ctx.session, work, WorkEventType.CREATED, actor=ctx.actor, at=ctx.now, data={"title": work.title}
    )
    tell_people(ctx.session, work, event, ctx.session.scalars(people), ctx.now)


def _ask_about(ctx: ActionContext, request: CarrierRequestWork, names: Sequence[Name]) -> int:
    """Return how many numbers are new in the request. Raises Invalid for the first that cannot be."""
    new = 0
    for at, number in enumerate(numbers_named(ctx.session, names)):
        where = ["numbers", str(at)]
        if number is None or not knows_number(ctx.session, ctx.reference, ctx.actor, number.id):
            raise invalid(where, N_("Sổ số rao vặt không có số này."))
        if number.verified_at is None:
            raise invalid(where, N_("Số {n} chưa đủ hai nguồn độc lập."), n=number.shown)
        case = _case_for(ctx.session, number, request.side.purpose)
        if case is None and request.side.purpose != RequestPurpose.TRACE:
            raise invalid(where, N_("Hồ sơ của số {n} chưa đến bước này."), n=number.shown)
        new += put_number(ctx.session, request.work.id, number.id, case)
    mine = CarrierRequestNumber.request_id == request.work.id
    total = ctx.session.scalar(select(func.count()).select_from(CarrierRequestNumber).where(mine)) or 0
    if total > MOST_NUMBERS:
        raise invalid(["numbers"], N_("Mỗi công văn nhiều nhất {most} số."), most=MOST_NUMBERS)
    return new


def _case_for(session: Session, number: AdNumber, purpose: RequestPurpose) -> UUID | None:
    query = (
        select(Work.id)
        .join(AdNumberCase, AdNumberCase.work_id == Work.id)
        .where(AdNumberCase.number_id == number.id)
        .order_by(AdNumberCase.running.desc(), Work.created_at.desc())
        .limit(1)
    )
    needed = _NEEDS.get(purpose)
    query = query.where(Work.status.in_(needed)) if needed else query.where(AdNumberCase.running)
    return session.scalar(query)


def numbers_named(session: Session, names: Iterable[Name]) -> list[AdNumber | None]:
    """Return the numbers that were named by id or digits, None for those that are not in the register."""
    asked = list(names)
    spoken = {each: number_in_answer(each) for each in asked if isinstance(each, str)}
    e164 = {found.e164 for found in spoken.values() if found}
    ids = {each for each in asked if isinstance(each, int)}
    rows = session.scalars(select(AdNumber).where(AdNumber.e164.in_(e164) | AdNumber.id.in_(ids))).all()
    by_id, by_e164 = {row.id: row for row in rows}, {row.e164: row for row in rows}
    return [
        by_id.get(each)
        if isinstance(each, int)
        else (by_e164.get(found.e164) if (found := spoken[each]) else None)
        for each in asked
    ]
