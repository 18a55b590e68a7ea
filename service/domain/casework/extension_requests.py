"""Asking for more time where the policy wants a manager's word, and that word. More time: `extensions.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

from pydantic import Field
from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from service.domain.casework.case.case import Words, stale_version
from service.domain.casework.case.repeats import mark_request, request_digest
from service.domain.casework.extensions import (
    ExtensionTerms,
    check_leads,
    check_limits,
    due_if_granted,
    extendable,
    extendable_as_seen,
    grant,
    needs_approval,
)
from service.domain.city.reference import Reference
from service.domain.deadlines.deadlines import Unit
from service.domain.kernel.sql import AnyRow, AnySelect
from service.domain.kernel.texts import tidy
from service.domain.kernel.times import utc_text
from service.domain.reports.access import Asker, find_report, lock_report
from service.domain.reports.drafts import StrictBody
from service.domain.reports.edges import LEAD
from service.domain.reports.events import Actor, record
from service.domain.reports.lifecycle import roles_of
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import HELD, Event, EventData, EventType, ExtensionRequest, Report, Role, Staff
from service.models.casework.casework import ExtensionRequestState

MOST = 100


class ExtensionDecision(StrictBody):
    """A manager's word; what is declined needs an answer that the department reads."""

    approve: bool
    answer: Words = ""
    version: Annotated[int, Field(ge=1, strict=True)]


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request for more time. `by` asked it, `decided_by` answered it: names of colleagues."""

    id: int
    report_id: UUID
    code: str
    unit: Unit
    amount: int
    reason: str
    state: ExtensionRequestState
    by: str
    asked_at: datetime
    due_at: datetime | None
    answer: str
    decided_by: str | None
    decided_at: datetime | None


def ask_for_more(
    session: Session,
    reference: Reference,
    asker: Asker,
    name: str | UUID,
    request: ExtensionTerms,
    now: datetime,
) -> RequestView:
    """Ask the manager for more time. Asking the same again while it waits changes nothing.

    Raises NotFound; Forbidden for who is not of the lead department; Conflict for a stale version, a late or
    finished case, no more extensions, a request that waits, and where nobody need be asked; Invalid for too
    much.
    """
    access = lock_report(session, asker, name, now=now)
    report, actor = access.report, access.actor
    lead_id, staff_id = check_leads(access)
    digest = request_digest(request, verb=EventType.EXTENSION_ASKED)
    if (made := _told_before(session, report, actor, digest)) is not None:
        return _view(session, made)
    if _open(session, report) is not None:
        raise Conflict(N_("Đã có một đề nghị gia hạn đang chờ lãnh đạo quyết định."))
    policy = extendable_as_seen(session, report, request, now)
    check_limits(session, report, policy, request)
    if not needs_approval(policy):
        raise Conflict(N_("Loại thời hạn này không cần duyệt. Hãy gia hạn ngay."))
    asked = ExtensionRequest(
        report_id=report.id,
        lead_id=lead_id,
        staff_id=staff_id,
        asked_at=now,
        unit=request.unit,
        amount=request.amount,
        reason=tidy(request.reason),
    )
    session.add(asked)
    session.flush()
    event = _tell(session, report, actor, now, EventType.EXTENSION_ASKED, asked)
    granted = due_if_granted(session, reference, report, request, now)
    event.private = {
        **(event.private or {}),
        "before": utc_text(report.due_at),
        "after": utc_text(granted),
    }
    mark_request(event, digest)
    session.flush()
    return _view(session, asked.id)


def answer_request(
    session: Session,
    reference: Reference,
    asker: Asker,
    name: str | UUID,
    request: ExtensionDecision,
    now: datetime,
) -> RequestView:
    """Answer a request for more time, as a manager of the lead department; what was asked in time may be
    granted late.

    Raises NotFound; Forbidden for everyone else; Conflict where nothing waits and for a stale version;
    Invalid for a refusal without a word.
    """
    access = lock_report(session, asker, name, now=now)
    report, actor = access.report, access.actor
    if actor.role != Role.MANAGER or LEAD not in roles_of(actor, report):
        raise Forbidden(N_("Chỉ lãnh đạo của đơn vị chủ trì được duyệt gia hạn."))
    digest = request_digest(request, verb="decide")
    if (answered := _told_before(session, report, actor, digest)) is not None:
        return _view(session, answered)
    if request.version != report.version:
        raise stale_version(report, request.version)
    waiting = _open(session, report)
    if waiting is None:
        raise Conflict(N_("Không có đề nghị gia hạn nào đang chờ."))
    answer = tidy(request.answer)
    if not request.approve and not answer:
        raise invalid(["answer"], N_("Cần nêu lý do."))
    waiting.state = ExtensionRequestState.APPROVED if request.approve else ExtensionRequestState.DECLINED
    waiting.answer, waiting.decided_by, waiting.decided_at = answer, actor.staff_id, now
    if request.approve:
        granted = ExtensionTerms(
            amount=waiting.amount,
            unit=cast("Unit", waiting.unit),
            reason=waiting.reason,
            version=report.version,
        )
        check_limits(session, report, extendable(session, report, waiting.asked_at), granted)
        event = grant(session, reference, report, actor, granted, now)
        event.private = {"request": waiting.id, "asked_by": waiting.staff_id}
    else:
        report.version += 1
        report.updated_at = now
        event = _tell(session, report, actor, now, EventType.EXTENSION_DECLINED, waiting)
    mark_request(event, digest)
    session.flush()
    return _view(session, waiting.id)


def lapse(session: Session, report: Report, now: datetime) -> None:
    """Let a request for more time lapse: the case went on, and nobody need answer its former holder.

    The caller holds the report's lock.
    """
    gone = update(ExtensionRequest).where(
        ExtensionRequest.report_id == report.id, ExtensionRequest.state == ExtensionRequestState.OPEN
    )
    if report.status in HELD:
        gone = gone.where(ExtensionRequest.lead_id != report.lead_id)
    session.execute(gone.values(state=ExtensionRequestState.LAPSED, decided_at=now))


def requests_of(session: Session, asker: Asker, name: str | UUID, now: datetime) -> list[RequestView]:
    """Return what was asked for this case, newest first. Raises NotFound; Forbidden outside the case and for
    contractors, whom the department's own affairs do not concern.
    """
    access = find_report(session, asker, name, now=now)
    if not access.inside or access.hired:
        raise Forbidden(N_("Phản ánh này không thuộc phần việc của bạn."))
    found = _views().where(ExtensionRequest.report_id == access.report.id)
    rows = session.execute(found.order_by(ExtensionRequest.id.desc()).limit(MOST))
    return [_of(row) for row in rows]


def waiting_requests(session: Session, actor: Actor) -> Sequence[RequestView]:
    """Return what waits for this manager's word, the longest waiting first; nothing for other roles."""
    if actor.role != Role.MANAGER:
        return []
    own = ExtensionRequest.lead_id.in_(actor.departments)
    found = _views().where(ExtensionRequest.state == ExtensionRequestState.OPEN, own)
    return [_of(row) for row in session.execute(found.order_by(ExtensionRequest.asked_at).limit(MOST))]


def _open(session: Session, report: Report) -> ExtensionRequest | None:
    query = select(ExtensionRequest).where(
        ExtensionRequest.report_id == report.id, ExtensionRequest.state == ExtensionRequestState.OPEN
    )
    return session.scalar(query)


def _tell(
    session: Session, report: Report, actor: Actor, at: datetime, type_: EventType, asked: ExtensionRequest
) -> Event:
    data: EventData = {"unit": asked.unit, "amount": asked.amount}
    private = {
        "request": asked.id,
        "reason": asked.reason,
        "answer": asked.answer,
        "asked_by": asked.staff_id,
    }
    return record(session, report, type_, actor=actor, at=at, public=False, data=data, private=private)


def _told_before(session: Session, report: Report, actor: Actor, digest: str) -> int | None:
    """Return the request that this very request of this person made or answered: the answer to it was
    lost.
    """
    query = select(Event.private).where(
        Event.report_id == report.id,
        Event.staff_id == actor.staff_id,
        Event.repeat_key == digest,
    )
    found = session.scalar(query.limit(1))
    return int(found["request"]) if found else None


def _views() -> AnySelect:
    decider = aliased(Staff)
    return (
        select(ExtensionRequest, Report.code, Report.due_at, Staff.name, decider.name.label("decider"))
        .join(Report, Report.id == ExtensionRequest.report_id)
        .join(Staff, Staff.id == ExtensionRequest.staff_id)
        .outerjoin(decider, decider.id == ExtensionRequest.decided_by)
    )


def _view(session: Session, request_id: int) -> RequestView:
    session.flush()
    return _of(session.execute(_views().where(ExtensionRequest.id == request_id)).one())


def _of(row: AnyRow) -> RequestView:
    waiting: ExtensionRequest = row.ExtensionRequest
    return RequestView(
        id=waiting.id,
        report_id=waiting.report_id,
        code=row.code,
        unit=cast("Unit", waiting.unit),
        amount=waiting.amount,
        reason=waiting.reason,
        state=waiting.state,
        by=row.name,
        asked_at=waiting.asked_at,
        due_at=row.due_at,
        answer=waiting.answer,
        decided_by=row.decider,
        decided_at=waiting.decided_at,
    )
