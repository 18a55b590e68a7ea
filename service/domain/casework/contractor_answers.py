"""A contractor's answer to a case handed to them: they come at a time, or cannot."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy.orm import Session

from service.domain.casework.case.case import stale_version
from service.domain.casework.case.repeats import mark_request, request_digest, was_carried_out
from service.domain.city.reference import Reference
from service.domain.kernel.texts import tidy
from service.domain.kernel.times import utc_text
from service.domain.reports.access import Asker, lock_report
from service.domain.reports.drafts import StrictBody
from service.domain.reports.edges import EXECUTOR
from service.domain.reports.events import record
from service.domain.reports.lifecycle import roles_of
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import HELD, EventData, EventType, Report

LATEST = timedelta(days=60)
GRACE = timedelta(minutes=15)
"""Whoever is nearly there says so: a time a little in the past is taken."""


class ContractorAnswer(StrictBody):
    """Answer of a contractor: a time of arrival, or the reason why they do not take the case."""

    arrives_at: datetime | None = None
    reason: Annotated[str, Field(max_length=2000)] = ""
    version: Annotated[int, Field(ge=1, strict=True)]


def answer_contract(
    session: Session,
    reference: Reference,
    asker: Asker,
    name: str | UUID,
    request: ContractorAnswer,
    now: datetime,
) -> Report:
    """Take the case for a time of arrival, anew where it changes, or give it back to the lead with a reason.

    The same again changes nothing. Raises NotFound; Forbidden for who is not the case's contractor; Conflict
    for a stale version or a case that nobody works on; Invalid for neither or both, and a time that is past
    or too far away.
    """
    access = lock_report(session, asker, name, now=now)
    report, actor = access.report, access.actor
    digest = request_digest(request, verb=EventType.EXECUTOR_ACCEPTED)
    # Before the role: who declined is no contractor of it any more, and may never have had the answer.
    if was_carried_out(session, report, actor, digest):
        return report
    if EXECUTOR not in roles_of(actor, report):
        raise Forbidden(N_("Chỉ đơn vị thực hiện được nhận hoặc từ chối việc này."))
    if request.version != report.version:
        raise stale_version(report, request.version)
    if report.status not in HELD:
        raise Conflict(N_("Phản ánh này không còn ở đơn vị nào để nhận việc."))
    executor = reference.departments[report.executor_id or 0].code
    data: EventData = {"executor": executor}
    if request.arrives_at is None:
        reason = tidy(request.reason)
        if not reason:
            raise invalid(["reason"], N_("Cần nêu lý do."))
        report.executor_id = None
        type_, private = EventType.EXECUTOR_DECLINED, {"reason": reason}
    else:
        at = _checked(request.arrives_at, now)
        local = at.astimezone(ZoneInfo(reference.timezone))
        data |= {"arrives_at": utc_text(at), "arrives": f"{local:%H:%M, %d/%m/%Y}"}
        type_, private = EventType.EXECUTOR_ACCEPTED, {}
    report.version += 1
    report.updated_at = now
    mark_request(
        record(session, report, type_, actor=actor, at=now, public=False, data=data, private=private or None),
        digest,
    )
    session.flush()
    return report


def _checked(arrives_at: datetime, now: datetime) -> datetime:
    if not now - GRACE <= arrives_at <= now + LATEST:
        raise invalid(["arrives_at"], N_("Cần giờ có mặt từ bây giờ đến {days} ngày tới."), days=LATEST.days)
    return arrives_at
