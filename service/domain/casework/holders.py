"""Holders of a case within its department, and departments that help: no change of status."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from service.domain.casework.case.assignment import current_supports, requested_assignment, store_supports
from service.domain.casework.case.case import MOST_SUPPORTS, Case, Code, Transition, stale_version
from service.domain.casework.case.context import CaseContext
from service.domain.casework.case.repeats import mark_request, request_digest, was_carried_out
from service.domain.city.reference import Reference
from service.domain.people.colleagues import may_hold, names_of
from service.domain.people.staff import tidy_username
from service.domain.reports.access import Asker, lock_report
from service.domain.reports.drafts import StrictBody
from service.domain.reports.edges import LEAD, TRIAGE
from service.domain.reports.events import record
from service.domain.reports.lifecycle import roles_of
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import HELD, EventType, Report

Version = Annotated[int, Field(ge=1, strict=True)]


class HolderChange(StrictBody):
    """Request to hand a case to a person, by username; null for nobody in particular."""

    holder: Annotated[str, Field(min_length=1, max_length=100)] | None
    version: Version


class SupportChange(StrictBody):
    """Request to change supporters and executor. A field left out stays; an empty list or null removes."""

    supports: Annotated[list[Code], Field(max_length=MOST_SUPPORTS)] | None = None
    executor: Code | None = None
    version: Version


def entrust(
    session: Session,
    reference: Reference,
    asker: Asker,
    name: str | UUID,
    request: HolderChange,
    now: datetime,
) -> Report:
    """Give the case to a person of the lead department, or to nobody. The same again changes nothing.

    Raises NotFound; Forbidden for who is not of the lead department; Conflict for a stale version or a case
    that nobody works on; Invalid for who cannot hold it.
    """
    access = lock_report(session, asker, name, now=now)
    report = access.report
    if LEAD not in roles_of(access.actor, report):
        raise Forbidden(N_("Chỉ đơn vị chủ trì được giao việc cho người trong đơn vị."))
    if was_carried_out(
        session, report, access.actor, digest := request_digest(request, verb=EventType.ENTRUSTED)
    ):
        return report
    _check(report, request.version)
    holder_id = None
    if request.holder is not None:
        username = tidy_username(request.holder)
        people = {each.username: each.id for each in may_hold(session, reference, report.lead_id)}
        if (holder_id := people.get(username)) is None:
            raise invalid(["holder"], N_("Đơn vị chủ trì không có người này."))
    if holder_id == report.holder_id:
        return report
    names = names_of(session, [holder_id, report.holder_id])
    data = {
        "holder_id": holder_id,
        "holder": names.get(holder_id or 0),
        "before": names.get(report.holder_id or 0),
    }
    report.holder_id = holder_id
    report.version += 1
    mark_request(
        record(session, report, EventType.ENTRUSTED, actor=access.actor, at=now, public=False, private=data),
        digest,
    )
    session.flush()
    return report


def share(
    session: Session,
    ctx: CaseContext,
    name: str | UUID,
    request: SupportChange,
) -> Report:
    """Change who supports and who carries out; the case stays where it is. The same again changes nothing.

    Raises NotFound; Forbidden for who neither leads nor coordinates; Conflict for a stale version or a case
    that nobody works on; Invalid for departments that are not there or would play two parts.
    """
    access = lock_report(session, ctx.asker, name, now=ctx.now)
    report, actor = access.report, access.actor
    if not roles_of(actor, report) & {LEAD, TRIAGE}:
        raise Forbidden(N_("Chỉ đơn vị chủ trì hoặc điều phối viên được đổi đơn vị phối hợp, thực hiện."))
    if was_carried_out(
        session, report, actor, wanted := request_digest(request, verb=EventType.PARTS_CHANGED)
    ):
        return report
    _check(report, request.version)
    step = Transition.model_validate({"to": report.status, **request.model_dump(exclude_unset=True)})
    case = Case(session, ctx.reference, ctx.books, report, actor, step, ctx.now)
    before = {each.code: each.id for each in current_supports(ctx.reference, report)}
    after = requested_assignment(case)
    left = set(after.codes()["supports"])
    if before.keys() == left and after.columns()["executor_id"] == report.executor_id:
        return report
    report.executor_id = after.columns()["executor_id"]
    store_supports(case, after)
    report.version += 1
    report.updated_at = ctx.now
    released = sorted(before[code] for code in before.keys() - left)
    private = {"released": released} if released else None
    data = after.event_data()
    event = record(
        session, report, EventType.PARTS_CHANGED, actor=actor, at=ctx.now, data=data, private=private
    )
    mark_request(event, wanted)
    session.flush()
    return report


def _check(report: Report, version: int) -> None:
    if version != report.version:
        raise stale_version(report, version)
    if report.status not in HELD:
        raise Conflict(N_("Phản ánh này không còn ở đơn vị nào để giao việc."))
