"""More time for a case, within the limits of its deadline policy."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Words, stale_version
from service.domain.casework.case.deadline import Fact, clock_of, policy_of, shifted_deadline_columns
from service.domain.casework.case.repeats import mark_request, request_digest, was_carried_out
from service.domain.city.reference import Reference
from service.domain.deadlines.clock import ExtensionRefusal, refuse_extension
from service.domain.deadlines.deadlines import MAX_AMOUNT, Policy, Term, Unit
from service.domain.kernel.texts import tidy
from service.domain.kernel.times import utc_text
from service.domain.reports.access import Access, Asker, lock_report
from service.domain.reports.drafts import StrictBody
from service.domain.reports.edges import LEAD
from service.domain.reports.events import Actor, record
from service.domain.reports.lifecycle import roles_of
from service.errors import AppError, Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import HELD, Event, EventData, EventType, Report, Role
from service.models.reports.report import ReportChanges


class ExtensionTerms(StrictBody):
    """Extension of a deadline, and its reason, which the citizen reads."""

    amount: Annotated[int, Field(ge=1, le=MAX_AMOUNT, strict=True)]
    unit: Unit
    reason: Annotated[Words, Field(min_length=1)]
    version: Annotated[int, Field(ge=1, strict=True)]


def extend(
    session: Session,
    reference: Reference,
    asker: Asker,
    name: str | UUID,
    request: ExtensionTerms,
    now: datetime,
) -> Report:
    """Move the deadline of a case that is not late yet.

    Raises NotFound; Forbidden for who is not of the lead department, or no manager where the policy wants
    one; Conflict for a stale version, a late or finished case, no more extensions; Invalid for too much.
    """
    access = lock_report(session, asker, name, now=now)
    report = access.report
    check_leads(access)
    if was_carried_out(
        session, report, access.actor, digest := request_digest(request, verb=EventType.EXTENDED)
    ):
        return report
    policy = extendable_as_seen(session, report, request, now)
    if needs_approval(policy) and access.actor.role != Role.MANAGER:
        raise Forbidden(N_("Gia hạn này cần lãnh đạo đơn vị quyết định."))
    check_limits(session, report, policy, request)
    mark_request(grant(session, reference, report, access.actor, request, now), digest)
    session.flush()
    return report


def check_leads(access: Access) -> tuple[int, int]:
    """Return the lead department and who of its staff this is. Raises Forbidden for anybody else: the lead
    alone extends or asks for more time.
    """
    lead, person = access.report.lead_id, access.actor.staff_id
    if LEAD not in roles_of(access.actor, access.report) or lead is None or person is None:
        raise Forbidden(N_("Chỉ đơn vị chủ trì được gia hạn."))
    return lead, person


def extendable_as_seen(session: Session, report: Report, request: ExtensionTerms, now: datetime) -> Policy:
    """Return the policy of a case whose time may be lengthened. Raises Conflict, also for a stale version."""
    if request.version != report.version:
        raise stale_version(report, request.version)
    return extendable(session, report, now)


def needs_approval(policy: Policy) -> bool:
    """Return whether a manager must say yes."""
    return policy.extension.approval and policy.extension.max_count > 0


def grant(
    session: Session,
    reference: Reference,
    report: Report,
    actor: Actor,
    request: ExtensionTerms,
    now: datetime,
) -> Event:
    """Move the deadline and give the event that tells it. What may be granted was checked; the caller holds
    the report's lock.
    """
    before = report.due_at
    data: EventData = {"unit": request.unit, "amount": request.amount}
    for column, value in _retimed(session, reference, report, request, now).items():
        setattr(report, column, value)
    report.extensions += 1
    report.version += 1
    report.updated_at = now
    data |= {"reason": tidy(request.reason), "before": utc_text(before), "after": utc_text(report.due_at)}
    event = record(session, report, EventType.EXTENDED, actor=actor, at=now, data=data)
    session.flush()
    return event


def due_if_granted(
    session: Session, reference: Reference, report: Report, request: ExtensionTerms, now: datetime
) -> datetime | None:
    """Return the deadline as it would be with this extension; nothing is changed."""
    return _retimed(session, reference, report, request, now).get("due_at")


def _retimed(
    session: Session, reference: Reference, report: Report, request: ExtensionTerms, now: datetime
) -> ReportChanges:
    """Return the columns of the deadline with this extension."""
    coming = Fact(EventType.EXTENDED, now, report.status, {"unit": request.unit, "amount": request.amount})
    return shifted_deadline_columns(session, reference, report, coming)


def extendable(session: Session, report: Report, now: datetime) -> Policy:
    """Return the policy of a case whose time may be lengthened at `now`. Raises Conflict."""
    policy = policy_of(session, report)
    if report.status not in HELD or policy is None or report.due_at is None:
        raise Conflict(N_("Phản ánh này không có thời hạn đang chạy để gia hạn."))
    # While the clock stands nobody becomes late.
    if report.due_at < (report.paused_at or now):
        raise Conflict(N_("Đã quá hạn nên không gia hạn được nữa."))
    return policy


def check_limits(session: Session, report: Report, policy: Policy, request: ExtensionTerms) -> None:
    """Raises Invalid or Conflict for more than the policy allows, and without a reason."""
    if not tidy(request.reason):
        raise invalid(["reason"], N_("Cần nêu lý do."))
    granted = clock_of(session, report).extensions
    if refusal := refuse_extension(policy.extension, granted, Term(request.unit, request.amount)):
        raise _refusal(refusal, policy)


def _refusal(why: ExtensionRefusal, policy: Policy) -> AppError:
    if why == "too_often":
        return Conflict(N_("Đã hết số lần gia hạn ({count})."), count=policy.extension.max_count)
    if why == "other_unit":
        return invalid(["unit"], N_("Loại thời hạn này không gia hạn theo đơn vị đó."))
    return invalid(["amount"], N_("Tổng thời gian gia hạn vượt mức cho phép."))
