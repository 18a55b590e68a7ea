"""Cases of numbers: opened by a person for a verified number, the owner invited before anything else happens,
ended by what was put right. Nothing here suspends or accuses by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.domain.casework.case.repeats import request_digest
from service.domain.number_cases.access import NumberCaseWork, find_case, readable_number
from service.domain.number_cases.forms import NewCase
from service.domain.number_cases.offence_history import (
    newest_sighting,
    next_offence,
    proposed_lead,
    units_with_posters,
)
from service.domain.number_cases.requests import draft_restore, take_back_questions
from service.domain.number_cases.sanctions import (
    Prepared,
    prepare_annulled,
    prepare_appeared,
    prepare_paid,
    prepare_sanctioned,
    withdraw_annulled,
)
from service.domain.number_cases.withdrawals import withdraw_listings
from service.domain.numbers.telephones import of_e164
from service.domain.works.actions import ActionContext, check_version, own_photos, step
from service.domain.works.codes import next_codes
from service.domain.works.events import record_work, was_requested
from service.domain.works.forms import WorkStep
from service.domain.works.lifecycles import (
    APPEAR_BY,
    BASIS,
    DATED,
    DOCUMENT,
    REASON,
    REMEDY,
    SUSPENDED_FROM,
    SUSPENDED_TO,
    begin_life,
)
from service.domain.works.terms import after_working_days, amber_before, due_on
from service.domain.works.units import unit_id
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import (
    DONE,
    FINISHED,
    AdNumber,
    AdNumberCase,
    Listing,
    Report,
    Role,
    Sighting,
    SightingState,
    Subject,
    Work,
    WorkEventType,
    WorkKind,
    WorkStatus,
)

LETTERS = "S"


def open_number_case(ctx: ActionContext, number_id: int, form: NewCase) -> tuple[NumberCaseWork, bool]:
    """Return (the case, whether it is new). Opened by people of the unit that is to lead, or of one above it.

    Raises NotFound; Forbidden for other units; Conflict where the number is not verified, has a running case
    or no poster since the last one; Invalid.
    """
    number = readable_number(ctx.session, ctx.reference, ctx.actor, number_id, lock=True)
    known = ctx.session.get(Work, form.id)
    if known is not None:
        side = ctx.session.get(AdNumberCase, form.id)
        if side is None or (known.created_by, side.number_id) != (ctx.actor.staff_id, number.id):
            raise Conflict(N_("Mã id này đã được dùng cho việc khác. Hãy tạo id mới."))
        return NumberCaseWork(known, side, number), False
    lead = _lead(ctx, number, form.lead)
    offence = _offence(ctx, number)
    parent = ctx.reference.departments[lead].parent_id
    work = Work(
        id=form.id,
        code=next_codes(ctx.session, LETTERS, ctx.calendar.local(ctx.now).year)[0],
        kind=WorkKind.AD_NUMBER,
        title=f"Số rao vặt {of_e164(number.e164).masked}",
        note=form.note,
        lead_id=lead,
        keeper_id=parent or lead,
        director_id=parent or lead,
        created_at=ctx.now,
        updated_at=ctx.now,
        created_by=ctx.actor.staff_id,
    )
    begin_life(work)
    ctx.session.add(work)
    ctx.session.flush()
    side = AdNumberCase(work_id=work.id, number_id=number.id, offence=offence)
    ctx.session.add(side)
    type_, facts = WorkEventType.NUMBER_OPENED, {"offence": offence}
    record_work(ctx.session, work, type_, actor=ctx.actor, at=ctx.now, data=facts)
    try:
        ctx.session.flush()
    except IntegrityError:  # the row of the number is locked: only code of another version comes here
        raise Conflict(N_("Số này đang có hồ sơ.")) from None
    return NumberCaseWork(work, side, number), True


def take_case_step(ctx: ActionContext, code: str, form: WorkStep) -> NumberCaseWork:
    """Take a step of a number's case. The same again changes nothing.

    Raises NotFound, Conflict, Forbidden, Invalid naming what is missing.
    """
    found = find_case(ctx.session, ctx.actor, code, lock=True)
    work = found.work
    repeat_key = request_digest(form, verb=WorkEventType.NUMBER_OPENED)
    if was_requested(ctx.session, Subject.WORK, work.id, ctx.actor, repeat_key):
        return found
    check_version(work, form.version)
    before, decision = work.status, found.side.sanction_document
    photos = own_photos(ctx.session, work, form)
    data, facts, times = _PREPARED.get(form.to, _said)(ctx, found, form)
    step(ctx, work, form.to, data, times, photos, repeat_key)
    for name, value in facts.items():
        setattr(found.side, name, value)
    if form.to == WorkStatus.ANNULLED:
        withdraw_annulled(ctx, found, decision, form.reason)
    if work.status != before:
        follow_case_step(ctx, found, before, form.reason or form.data.remedy)
    ctx.session.flush()
    return found


def follow_case_step(ctx: ActionContext, case: NumberCaseWork, before: WorkStatus, why: str) -> None:
    """Do what a step brings along, in its transaction: what was asked of carriers is taken back, a number
    that works no more is asked to work again, an ended case makes room for the next.
    """
    work, side = case.work, case.side
    if work.status in (WorkStatus.COMPLIED, WorkStatus.DROPPED):
        take_back_questions(ctx, case, why)
        withdraw_listings(ctx, Listing.case_id == work.id, why)
        if before == WorkStatus.SUSPENDED or (side.suspended_from and not side.suspended_to):
            draft_restore(ctx, case)
    if work.closed_at is not None:
        side.running = False


def _said(ctx: ActionContext, case: NumberCaseWork, form: WorkStep) -> Prepared:
    given = {REASON: form.reason, BASIS: form.data.basis, DOCUMENT: form.data.document or ""}
    return given, {}, {}


def _invited(ctx: ActionContext, case: NumberCaseWork, form: WorkStep) -> Prepared:
    data = form.data
    said = {
        DOCUMENT: data.document or "",
        DATED: data.dated.isoformat() if data.dated else "",
        APPEAR_BY: data.appear_by.isoformat() if data.appear_by else "",
    }
    if data.appear_by is None:
        return said, {}, {}
    earliest = after_working_days(ctx.calendar, ctx.now, ctx.reference.config.numbers.appear_days).date()
    if data.appear_by < earliest:
        raise invalid(
            [APPEAR_BY],
            N_("Ngày hẹn phải cách hôm nay ít nhất {days} ngày làm việc, sớm nhất là {day}."),
            days=ctx.reference.config.numbers.appear_days,
            day=f"{earliest:%d/%m/%Y}",
        )
    facts = {"invited_on": data.dated, "invite_document": data.document or "", "appear_by": data.appear_by}
    due = due_on(ctx.calendar, data.appear_by)
    times = {"due_at": due, "first_due_at": due, "amber_at": amber_before(ctx.calendar, ctx.now, due)}
    return said, facts, times


def _to_suspend(ctx: ActionContext, case: NumberCaseWork, form: WorkStep) -> Prepared:
    side, today = case.side, ctx.calendar.local(ctx.now).date()
    if case.work.status == WorkStatus.OPEN and side.offence < 2:
        raise Conflict(
            N_("Số này mới vi phạm lần đầu: cần mời chủ thuê bao trước khi đề nghị tạm ngừng."),
            extra={"allowed": [WorkStatus.INVITED, WorkStatus.DROPPED], "status_now": case.work.status},
        )
    waits = case.work.status == WorkStatus.INVITED and side.appear_by is not None and today <= side.appear_by
    if waits and not form.reason:
        raise invalid(
            [REASON], N_("Chưa qua ngày hẹn. Chỉ đề nghị sớm hơn khi chủ thuê bao từ chối: hãy ghi rõ.")
        )
    days = ctx.reference.config.numbers.act_days
    due = after_working_days(ctx.calendar, ctx.now, days)
    times = {"due_at": due, "amber_at": amber_before(ctx.calendar, ctx.now, due)}
    return {BASIS: form.data.basis, REASON: form.reason}, {"basis": form.data.basis}, times


def _suspended(ctx: ActionContext, case: NumberCaseWork, form: WorkStep) -> Prepared:
    since = form.data.suspended_from
    if since is not None and since > ctx.calendar.local(ctx.now).date():
        raise invalid([SUSPENDED_FROM], N_("Ngày tạm ngừng không ở phía trước được."))
    data = {SUSPENDED_FROM: since.isoformat() if since else ""}
    return data, {"suspended_from": since}, dict(NO_TERM)


def _complied(ctx: ActionContext, case: NumberCaseWork, form: WorkStep) -> Prepared:
    data = form.data
    left = 0 if data.removed else _still_hanging(ctx.session, case.number)
    if data.remedy and len(set(form.photos)) < left:
        raise invalid(
            ["photos"],
            N_("Còn {n} chỗ chưa gỡ: cần ảnh từng chỗ sau khi gỡ, hoặc ghi là phường, xã đã gỡ."),
            n=left,
        )
    today = ctx.calendar.local(ctx.now).date()
    facts = {"remedy": data.remedy, "complied_on": today}
    facts |= {"statement": data.statement} if data.statement else {}
    return {REMEDY: data.remedy}, facts, dict(NO_TERM)


def _closed(ctx: ActionContext, case: NumberCaseWork, form: WorkStep) -> Prepared:
    works_again = form.data.suspended_to or case.side.suspended_to
    data = {SUSPENDED_TO: closing_words(case.side, works_again)}
    return data, {"suspended_to": works_again} if case.side.suspended_from else {}, {}


def closing_words(side: AdNumberCase, works_again: object) -> str:
    """Return what closing needs to know: since when the number works again, if it ever did not."""
    if side.suspended_from is None:
        return "—"
    return str(works_again or "")


NO_TERM: Mapping[str, object] = {"due_at": None, "amber_at": None}
_PREPARED: Mapping[WorkStatus, Callable[[ActionContext, NumberCaseWork, WorkStep], Prepared]] = {
    WorkStatus.INVITED: _invited,
    WorkStatus.TO_SUSPEND: _to_suspend,
    WorkStatus.SUSPENDED: _suspended,
    WorkStatus.APPEARED: prepare_appeared,
    WorkStatus.SANCTIONED: prepare_sanctioned,
    WorkStatus.ANNULLED: prepare_annulled,
    WorkStatus.PAID: prepare_paid,
    WorkStatus.COMPLIED: _complied,
    WorkStatus.CLOSED: _closed,
}


def _lead(ctx: ActionContext, number: AdNumber, code: str | None) -> int:
    actor, reference = ctx.actor, ctx.reference
    own = actor.department_id
    if actor.role not in (Role.DEPARTMENT, Role.MANAGER) or own is None:
        raise Forbidden(N_("Chỉ đơn vị chủ trì được lập hồ sơ số rao vặt."))
    lead = unit_id(reference, code, "lead") if code else own
    leading = set(units_with_posters(ctx.session, number.id)) | {
        proposed_lead(ctx.session, reference, number)
    }
    if lead not in actor.departments or not actor.departments & leading:
        raise Forbidden(N_("Chỉ đơn vị chủ trì được lập hồ sơ số rao vặt."))
    return lead


def _offence(ctx: ActionContext, number: AdNumber) -> int:
    if number.verified_at is None:
        raise Conflict(
            N_("Chưa đủ hai nguồn độc lập nên chưa lập hồ sơ được: mới có một người báo hoặc một lần đọc.")
        )
    query = select(Work.code).join(AdNumberCase, AdNumberCase.work_id == Work.id)
    running = AdNumberCase.number_id == number.id, AdNumberCase.running
    if (code := ctx.session.scalar(query.where(*running))) is not None:
        raise Conflict(N_("Số này đang có hồ sơ."), extra={"code": code})
    if newest_sighting(ctx.session, number.id) is None:
        raise Conflict(N_("Chưa có ai xác nhận số này."))
    offence = next_offence(ctx.session, ctx.calendar, number.id)
    if offence is None:
        raise Conflict(N_("Từ khi chủ thuê bao khắc phục chưa thấy quảng cáo mới nào mang số này."))
    return offence


def _still_hanging(session: Session, number: AdNumber) -> int:
    """Return how many reports with the number are not done: what is done was proven by a photo of its own."""
    confirmed = Sighting.number_id == number.id, Sighting.state == SightingState.CONFIRMED
    left = select(func.count()).select_from(Report).join(Sighting, Sighting.report_id == Report.id)
    return session.scalar(left.where(*confirmed, Report.status.not_in(DONE | FINISHED))) or 0
