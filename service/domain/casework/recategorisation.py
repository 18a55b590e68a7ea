"""Putting a case under its right kind, or under another policy, while it is open.

What would come of it is foreseen first and shown; the same plan is then carried out (`refiling.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Case, Code, Transition, Words
from service.domain.casework.case.context import CaseContext
from service.domain.casework.case.repeats import request_digest, was_carried_out
from service.domain.casework.refiling import (
    CorrectionEvent,
    RefilingPlan,
    account_of_refiling,
    carry_out_refiling,
    check_refiling,
    foresee_refiling,
)
from service.domain.city.questions import check_attributes
from service.domain.city.reference import CategoryView, Reference
from service.domain.kernel.texts import tidy
from service.domain.kernel.times import utc, utc_text
from service.domain.publication.publication import withhold_category
from service.domain.reports.access import find_report, lock_report
from service.domain.reports.drafts import StrictBody
from service.domain.reports.edges import TRIAGE
from service.domain.reports.events import Actor
from service.domain.reports.lifecycle import roles_of
from service.domain.rules.routing import routing_facts
from service.domain.rules.rulebook import Rulebook
from service.errors import Forbidden, invalid
from service.i18n import N_
from service.models import EventData, EventType, Report


class RecategoriseRequest(StrictBody):
    """Request to correct a case's category; the citizen reads the reason. `policy` is the coordinator's to
    set: without it the rules say which. `lead` stays whoever leads where `keep_lead`.
    """

    category: Code
    reason: Annotated[Words, Field(min_length=1)]
    policy: Code | None = None
    keep_lead: bool = False
    version: Annotated[int, Field(ge=1, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecategorisationPlan(RefilingPlan):
    """Consequences of another category; `dropped` are answers to questions that it does not ask."""

    category: CategoryView
    attributes: Mapping[str, object]
    dropped: Mapping[str, object]


def preview_recategorising(
    session: Session,
    ctx: CaseContext,
    name: str | UUID,
    request: RecategoriseRequest,
) -> tuple[Report, RecategorisationPlan]:
    """Return the report as it is, and what the request would make of it. Nothing changes. Raises as
    `recategorise`.
    """
    access = find_report(session, ctx.asker, name, now=ctx.now)
    _check(access.report, access.actor, request)
    book = ctx.books.get(session)
    plan = _plan(session, ctx.reference, book, access.report, access.actor, request, ctx.now)
    return access.report, plan


def recategorise(
    session: Session,
    ctx: CaseContext,
    name: str | UUID,
    request: RecategoriseRequest,
) -> Report:
    """Put the case under the kind, with the parts and the deadline that the rules give to it.

    Raises NotFound; Forbidden for who neither leads nor coordinates; Conflict for a stale version and for a
    case that has ended; Invalid for a kind or policy that is none, for nothing to change, without a reason.
    """
    access = lock_report(session, ctx.asker, name, now=ctx.now)
    report, actor = access.report, access.actor
    digest = request_digest(request, verb=EventType.RECATEGORISED)
    if was_carried_out(session, report, actor, digest):
        return report
    _check(report, actor, request)
    book = ctx.books.get(session)
    plan = _plan(session, ctx.reference, book, report, actor, request, ctx.now)
    transition = Transition(to=report.status, reason=request.reason, version=request.version)
    case = Case(session, ctx.reference, ctx.books, report, actor, transition, ctx.now)
    event = CorrectionEvent(
        type=EventType.RECATEGORISED,
        digest=digest,
        data=_told(ctx.reference, report, plan, tidy(request.reason)),
        private={"answers": dict(plan.dropped)} if plan.dropped else None,
    )
    routing = account_of_refiling(case, book, plan)
    carry_out_refiling(case, plan, routing, event, lambda: _file_under(case, plan))
    return report


def _check(report: Report, actor: Actor, request: RecategoriseRequest) -> None:
    check_refiling(
        report,
        actor,
        request.version,
        forbidden=N_("Chỉ điều phối viên hoặc đơn vị chủ trì được sửa loại phản ánh."),
        ended=N_("Phản ánh này đã kết thúc hoặc đang chờ kiểm tra nên không sửa loại được nữa."),
    )
    if request.policy is not None and TRIAGE not in roles_of(actor, report):
        raise Forbidden(N_("Chỉ điều phối viên được đổi loại thời hạn."))
    if not tidy(request.reason):
        raise invalid(["reason"], N_("Cần nêu lý do."))


def _plan(
    session: Session,
    reference: Reference,
    book: Rulebook,
    report: Report,
    actor: Actor,
    request: RecategoriseRequest,
    now: datetime,
) -> RecategorisationPlan:
    category = reference.category_by_code.get(request.category)
    if category is None or not category.active:
        raise invalid(["category"], N_("Không có loại phản ánh “{code}”."), code=request.category)
    if category.id == report.category_id and request.policy is None:
        raise invalid(["category"], N_("Phản ánh đang thuộc loại này. Hãy chọn loại khác."))
    answers, _ = check_attributes(reference, category, report.attributes)
    facts = replace(routing_facts(book, report), categories=category.path, attributes=answers)
    found = foresee_refiling(
        session,
        reference,
        book,
        report,
        actor,
        facts,
        now,
        keep_lead=request.keep_lead,
        policy=request.policy,
    )
    return RecategorisationPlan(
        **{each.name: getattr(found, each.name) for each in fields(found)},
        category=category,
        attributes=answers,
        dropped={code: value for code, value in report.attributes.items() if code not in answers},
    )


def _told(reference: Reference, report: Report, plan: RecategorisationPlan, reason: str) -> EventData:
    before = reference.categories[report.category_id]
    due_at = plan.times.get("due_at", report.due_at)
    data: EventData = {
        "category": plan.category.code,
        "category_name": dict(plan.category.name),
        "reason": reason,
        "policy": plan.policy_code,
        "before": utc_text(report.due_at),
        "after": utc_text(utc(due_at)) if due_at else None,
        **plan.assignment.event_data(),
    }
    # What only puts it under another policy corrected no kind: the figures count it apart.
    return data if before == plan.category else {**data, "category_before": before.code}


def _file_under(case: Case, plan: RecategorisationPlan) -> None:
    report = case.report
    if plan.category.id != report.category_id:
        if plan.category.publication == "never":
            withhold_category(case.session, report, actor=case.actor, now=case.now)
        report.category_id = plan.category.id
        report.attributes = dict(plan.attributes)
