"""Answers of carriers, number by number: by the carrier itself, or entered for it by the unit that asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

from sqlalchemy import Select, delete, select

from service.domain.number_cases.access import CarrierRequestWork, NumberCaseWork, find_request
from service.domain.number_cases.bars import GONE
from service.domain.number_cases.cases import follow_case_step
from service.domain.number_cases.forms import CarrierAnswers, NumberAnswer
from service.domain.number_cases.requests import (
    count_unanswered,
    draft_request,
    numbers_named,
    put_number,
    settle_request,
    system_context,
)
from service.domain.number_cases.subscribers import keep_owner
from service.domain.number_cases.withdrawals import withdraw_listings
from service.domain.number_cases.words import ANSWER_WORDS
from service.domain.works.actions import ActionContext, step
from service.domain.works.events import record_work
from service.domain.works.lifecycles import EXECUTOR, LEAD, SUSPENDED_FROM, work_roles
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
    Listing,
    RequestPurpose,
    Work,
    WorkEventType,
    WorkKind,
    WorkStatus,
)

CORRECTED = N_("Nhà mạng đã sửa câu trả lời.")
FOLLOWS = N_("Tiếp theo công văn {document} ({code}): số đã chuyển mạng.")


def give_answers(ctx: ActionContext, key: bytes, code: str, form: CarrierAnswers) -> CarrierRequestWork:
    """Keep what the carrier says of some numbers; with the last one the request is answered.

    The same answer again changes nothing, another one replaces it until all are there. `key` seals who a
    number belongs to. Raises NotFound, Forbidden, Conflict once it is answered, Invalid naming the row.
    """
    found = find_request(ctx.session, ctx.actor, code, lock=True)
    work = found.work
    if not work_roles(ctx.actor, work) & {LEAD, EXECUTOR}:
        raise Forbidden(N_("Chỉ nhà mạng được hỏi, hoặc đơn vị gửi công văn, ghi được trả lời."))
    rows = _rows(ctx, found)
    numbers = numbers_named(ctx.session, [each.number for each in form.items])
    pairs = [
        (at, request_row(rows, number, at), answer)
        for at, (number, answer) in enumerate(zip(numbers, form.items, strict=True))
    ]
    changes = [(at, row, answer) for at, row, answer in pairs if not _same(ctx, row, answer)]
    if not changes:
        return found
    if work.status != WorkStatus.SENT:
        raise Conflict(N_("Công văn này không còn chờ trả lời."), extra={"status_now": work.status})
    for at, row, answer in changes:
        _keep(ctx, key, found, row, answer, at)
    ctx.session.flush()
    unanswered = count_unanswered(ctx.session, work.id)
    if unanswered:
        work.version, work.updated_at = work.version + 1, ctx.now
        record_work(
            ctx.session,
            work,
            WorkEventType.REQUEST_ANSWERED_PARTLY,
            actor=ctx.actor,
            at=ctx.now,
            data={"answered": len(rows) - unanswered, "of": len(rows)},
        )
    else:
        settle_request(ctx, found)
    ctx.session.flush()
    return found


def request_row(
    rows: Mapping[int, CarrierRequestNumber], number: AdNumber | None, at: int
) -> CarrierRequestNumber:
    """Return the request's row of a number. Raises Invalid for one that was not asked about."""
    row = rows.get(number.id) if number else None
    if row is None:
        raise invalid(["items", str(at), "number"], N_("Công văn này không hỏi về số đó."))
    return row


def _rows(ctx: ActionContext, request: CarrierRequestWork) -> dict[int, CarrierRequestNumber]:
    query = select(CarrierRequestNumber).where(CarrierRequestNumber.request_id == request.work.id)
    return {row.number_id: row for row in ctx.session.scalars(query)}


def _same(ctx: ActionContext, row: CarrierRequestNumber, form: NumberAnswer) -> bool:
    ported = ctx.reference.department_by_code.get(form.ported_to or "")
    sent = (form.answer, ported.id if ported else None, form.action, form.action_on, form.note)
    return sent == (row.answer, row.ported_to, row.action, row.action_on, row.note)


def _keep(
    ctx: ActionContext,
    key: bytes,
    request: CarrierRequestWork,
    row: CarrierRequestNumber,
    form: NumberAnswer,
    at: int,
) -> None:
    _check(ctx, request, form, at)
    ported = unit_id(ctx.reference, form.ported_to, "ported_to") if form.ported_to else None
    before = row.ported_to
    changed = (row.answer, row.ported_to) != (form.answer, ported)
    row.answer, row.ported_to, row.action = form.answer, ported, form.action
    row.action_on, row.note = form.action_on, form.note
    row.answered_at, row.answered_by = ctx.now, ctx.actor.staff_id
    if before is not None and before != ported:
        _follow_no_more(ctx, request, row.number_id, before)
    number = ctx.session.get_one(AdNumber, row.number_id)
    today = ctx.calendar.local(ctx.now).date()
    if form.answer == CarrierAnswer.OURS:
        number.carrier_id, number.carrier_asked_on = request.side.carrier_id, today
    if ported is not None:
        number.carrier_id, number.carrier_asked_on = ported, today
        if changed:
            _follow(ctx, request, row, ported)
    if form.answer in GONE:
        withdraw_listings(ctx, Listing.number_id == number.id, ANSWER_WORDS[form.answer])
    if form.subscriber is not None:
        keep_owner(ctx, key, request, number, form.subscriber)
    _tell_case(ctx, row, form.action, form.action_on or today)


def _check(ctx: ActionContext, request: CarrierRequestWork, form: NumberAnswer, at: int) -> None:
    where = ["items", str(at)]
    if form.answer == CarrierAnswer.NONE:
        raise invalid([*where, "answer"], N_("Cần chọn một câu trả lời."))
    if (form.answer == CarrierAnswer.PORTED) != (form.ported_to is not None):
        raise invalid([*where, "ported_to"], N_("Số đã chuyển mạng thì ghi chuyển đến nhà mạng nào."))
    if form.ported_to is not None:
        unit = unit_id(ctx.reference, form.ported_to, f"items.{at}.ported_to")
        if unit == request.side.carrier_id or ctx.reference.departments[unit].kind != "company":
            raise invalid([*where, "ported_to"], N_("Hãy chọn nhà mạng mà số này đã chuyển đến."))
    if form.action_on and form.action_on > ctx.calendar.local(ctx.now).date():
        raise invalid([*where, "action_on"], N_("Ngày thực hiện không ở phía trước được."))
    if form.subscriber is not None and request.side.purpose != RequestPurpose.TRACE:
        raise invalid([*where, "subscriber"], N_("Chỉ công văn xác minh mới hỏi chủ thuê bao."))
    if form.action == CarrierAction.SUSPENDED and request.side.purpose != RequestPurpose.SUSPEND:
        raise invalid([*where, "action"], N_("Công văn này không đề nghị tạm ngừng số nào."))


def _follow(ctx: ActionContext, found: CarrierRequestWork, row: CarrierRequestNumber, carrier: int) -> None:
    """Draft the same question to the carrier that the number went to, one letter for all that went there."""
    request = ctx.session.scalar(_drafts(found, carrier).with_only_columns(Work.id).limit(1))
    if request is None:
        drafted = draft_request(
            system_context(ctx), uuid4(), carrier, found.side.purpose, found.work.lead_id, found.work
        )
        drafted.side.basis = found.side.basis
        drafted.work.note = FOLLOWS.format(document=found.side.document, code=found.work.code)
        request = drafted.work.id
    put_number(ctx.session, request, row.number_id, row.case_id)


def _follow_no_more(ctx: ActionContext, request: CarrierRequestWork, number: int, carrier: int) -> None:
    """Take the number out of the draft to a carrier that it did not go to after all; an empty one ends."""
    for work, side in ctx.session.execute(_drafts(request, carrier).with_for_update(of=Work)).all():
        mine = CarrierRequestNumber.request_id == work.id, CarrierRequestNumber.number_id == number
        ctx.session.execute(delete(CarrierRequestNumber).where(*mine))
        settle_request(system_context(ctx), CarrierRequestWork(work, side), CORRECTED)


def _drafts(request: CarrierRequestWork, carrier: int) -> Select[Work, CarrierRequest]:
    return (
        select(Work, CarrierRequest)
        .join(CarrierRequest, CarrierRequest.work_id == Work.id)
        .where(
            Work.parent_id == request.work.id,
            Work.kind == WorkKind.CARRIER_REQUEST,
            Work.status == WorkStatus.DRAFT,
            CarrierRequest.carrier_id == carrier,
        )
    )


def _tell_case(ctx: ActionContext, row: CarrierRequestNumber, action: CarrierAction, on: date) -> None:
    """Have the number's case say what the carrier did, where it asked for that."""
    if row.case_id is None or action not in (CarrierAction.SUSPENDED, CarrierAction.RESTORED):
        return
    work = ctx.session.get_one(Work, row.case_id, with_for_update=True)
    side = ctx.session.get_one(AdNumberCase, row.case_id)
    if action == CarrierAction.RESTORED:
        side.suspended_to = on
        return
    if work.status != WorkStatus.TO_SUSPEND:
        return
    step(system_context(ctx), work, WorkStatus.SUSPENDED, {SUSPENDED_FROM: on.isoformat()}, {"due_at": None})
    side.suspended_from = on
    number = ctx.session.get_one(AdNumber, side.number_id)
    follow_case_step(system_context(ctx), NumberCaseWork(work, side, number), WorkStatus.TO_SUSPEND, "")
