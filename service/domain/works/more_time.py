"""More time for a work: its lead asks; the keeper decides once, a second time only the director."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.deadlines.deadlines import Term, Unit, ends_at
from service.domain.works.access import find_work
from service.domain.works.actions import ActionContext, check_version
from service.domain.works.events import record_work
from service.domain.works.forms import WorkExtensionAnswer, WorkExtensionForm
from service.domain.works.lifecycles import DIRECTOR, KEEPER, LEAD, work_roles
from service.domain.works.notices import tell_concerned
from service.domain.works.terms import amber_before
from service.errors import Conflict, Forbidden, NotFound
from service.i18n import N_
from service.models import ExtensionRequest, Work, WorkEventType
from service.models.casework.casework import ExtensionRequestState


def ask_more_time(ctx: ActionContext, code: str, form: WorkExtensionForm) -> ExtensionRequest:
    """Ask for more time. The same again while it waits is the same request.

    Raises NotFound, Forbidden for who does not lead, Conflict for what is done or waits for another answer.
    """
    work = find_work(ctx.session, ctx.reference, ctx.actor, code, lock=True)
    if LEAD not in work_roles(ctx.actor, work):
        raise Forbidden(N_("Chỉ đơn vị chủ trì được xin gia hạn."))
    if waiting := waiting_request(ctx.session, work):
        if (waiting.unit, waiting.amount, waiting.reason) == (form.unit, form.amount, form.reason):
            return waiting
        raise Conflict(N_("Đã có đề nghị gia hạn đang chờ trả lời."))
    check_version(work, form.version)
    if work.due_at is None or work.done_at is not None or work.closed_at is not None:
        raise Conflict(N_("Việc này không còn thời hạn để gia hạn."))
    request = ExtensionRequest(
        work_id=work.id,
        lead_id=work.lead_id,
        staff_id=ctx.actor.staff_id,
        asked_at=ctx.now,
        unit=form.unit,
        amount=form.amount,
        reason=form.reason,
    )
    ctx.session.add(request)
    data = {"unit": form.unit, "amount": form.amount, "reason": form.reason}
    _tell(ctx, work, WorkEventType.EXTENSION_ASKED, data)
    ctx.session.flush()
    return request


def answer_more_time(
    ctx: ActionContext, code: str, request_id: int, form: WorkExtensionAnswer
) -> ExtensionRequest:
    """Grant or decline more time. The same answer again changes nothing.

    Raises NotFound, Forbidden for who may not decide (a second time only the director may), Conflict for
    what was decided otherwise.
    """
    work = find_work(ctx.session, ctx.reference, ctx.actor, code, lock=True)
    deciding = {DIRECTOR} if work.extensions else {DIRECTOR, KEEPER}
    if not work_roles(ctx.actor, work) & deciding:
        raise Forbidden(N_("Lần gia hạn này do lãnh đạo đơn vị ban hành quyết định."))
    request = ctx.session.get(ExtensionRequest, request_id)
    if request is None or request.work_id != work.id:
        raise NotFound(N_("Không có đề nghị gia hạn này."))
    state = ExtensionRequestState.APPROVED if form.approve else ExtensionRequestState.DECLINED
    if request.state == state:
        return request
    if request.state != ExtensionRequestState.OPEN or work.due_at is None:
        raise Conflict(N_("Đề nghị này đã được trả lời."))
    request.state, request.answer = state, form.answer
    request.decided_by, request.decided_at = ctx.actor.staff_id, ctx.now
    type_ = WorkEventType.EXTENSION_DECLINED
    if form.approve:
        type_ = WorkEventType.EXTENDED
        due = ends_at(Term(cast("Unit", request.unit), request.amount), work.due_at, ctx.calendar)
        work.amber_at = amber_before(ctx.calendar, work.starts_at or ctx.now, due)
        work.due_at, work.extensions = due, work.extensions + 1
    work.version += 1
    work.updated_at = ctx.now
    data = {"unit": request.unit, "amount": request.amount, "reason": form.answer}
    _tell(ctx, work, type_, data)
    return request


def waiting_request(session: Session, work: Work) -> ExtensionRequest | None:
    """Return the work's request for time that nobody has answered."""
    waiting = ExtensionRequest.work_id == work.id, ExtensionRequest.state == ExtensionRequestState.OPEN
    return session.scalar(select(ExtensionRequest).where(*waiting))


def _tell(ctx: ActionContext, work: Work, type_: WorkEventType, data: Mapping[str, object]) -> None:
    event = record_work(ctx.session, work, type_, actor=ctx.actor, at=ctx.now, data=data)
    tell_concerned(ctx.session, ctx.reference, work, event, ctx.now)
    ctx.session.flush()
