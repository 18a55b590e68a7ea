"""Cables that nobody owns: the term passes, the poles' owner takes them down, everybody reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from service.domain.cables.access import cables_of
from service.domain.claims.owners import pole_owner_at
from service.domain.kernel.isolation import OnFailure, each_alone
from service.domain.reports.events import SYSTEM, record
from service.domain.works.actions import ActionContext, step
from service.domain.works.codes import next_codes
from service.domain.works.events import record_work
from service.domain.works.lifecycles import REASON, begin_life
from service.domain.works.notices import tell_concerned
from service.domain.works.terms import after_working_days, amber_before
from service.i18n import N_
from service.models import (
    HELD,
    Claim,
    ClaimAnswer,
    EventData,
    EventType,
    Report,
    Work,
    WorkEventType,
    WorkKind,
    WorkReport,
    WorkStatus,
)

REMOVAL_DAYS = 3
"""Working days in which the poles' owner takes down what nobody owns."""

_TITLE = N_("Tháo dỡ cáp không đơn vị nào nhận: {code}")
_WHY = N_("Không đơn vị nào nhận cáp")
_OWNED = N_("Đã có đơn vị nhận cáp")


def expire_claims(ctx: ActionContext, most: int = 200, failed: OnFailure | None = None) -> int:
    """Count as silent whoever let the term pass; end what nobody owns. How many cases were looked at.

    A case that somebody holds at this moment waits for the next run.
    """
    if ctx.reference.config.cables is None:
        return 0
    claim = aliased(Claim)
    open_ = claim.report_id == Report.id, claim.answer.is_(None), claim.closed_at.is_(None)
    due = exists().where(*open_, claim.due_at <= ctx.now)
    cases = select(Report).where(due).order_by(Report.created_at).limit(most)
    rows: Sequence[Report] = ctx.session.scalars(
        cases.with_for_update(skip_locked=True, key_share=True)
    ).all()
    return each_alone(ctx.session, rows, lambda report: _expire(ctx, report), failed)


def end_unclaimed(ctx: ActionContext, report: Report) -> None:
    """Give the case's cable to the poles' owner, if every company was asked in vain. Once for each case."""
    claims = ctx.session.scalars(select(Claim).where(Claim.report_id == report.id)).all()
    denied = (ClaimAnswer.NOT_MINE, ClaimAnswer.NONE)
    if not claims or any(each.answer not in denied for each in claims):
        return
    if report.executor_id is not None or report.status not in HELD or report.lead_id is None:
        return
    if ctx.session.get(Work, removal_id(report.id)) is None:
        _give_to_pole_owner(ctx, report)


def removal_id(report_id: UUID) -> UUID:
    """Return the id of the task that takes down the report's cable: there is at most one."""
    return uuid5(NAMESPACE_URL, f"unclaimed:{report_id}")


def call_off_removal(ctx: ActionContext, report: Report) -> None:
    """End the task that takes the report's cable down, since a company owns it after all; what is down
    already stays so.
    """
    work = ctx.session.get(Work, removal_id(report.id), with_for_update=True)
    if work is not None and work.closed_at is None and work.done_at is None:
        system = replace(ctx, actor=SYSTEM)
        step(system, work, WorkStatus.DROPPED, {REASON: _OWNED})


def _expire(ctx: ActionContext, report: Report) -> None:
    open_ = Claim.report_id == report.id, Claim.answer.is_(None), Claim.closed_at.is_(None)
    claims = ctx.session.scalars(select(Claim).where(*open_, Claim.due_at <= ctx.now).with_for_update())
    for claim in claims:
        if report.status not in HELD:
            claim.closed_at = ctx.now
            continue
        claim.answer, claim.answered_at, claim.silent_at = ClaimAnswer.NONE, ctx.now, ctx.now
        company = ctx.reference.departments[claim.company_id]
        data: EventData = {
            "company": company.code,
            "company_name": dict(company.short_name or company.name),
            "answer": str(ClaimAnswer.NONE),
        }
        record(
            ctx.session,
            report,
            EventType.CLAIM_ANSWERED,
            actor=SYSTEM,
            at=ctx.now,
            public=False,
            data=data,
        )
    ctx.session.flush()
    end_unclaimed(ctx, report)


def _give_to_pole_owner(ctx: ActionContext, report: Report) -> None:
    reference, lead = ctx.reference, report.lead_id or 0
    cables_of(reference)
    owner = pole_owner_at(ctx.session, reference, report, ctx.now) or lead
    due = after_working_days(ctx.calendar, ctx.now, REMOVAL_DAYS)
    work = Work(
        id=removal_id(report.id),
        code=next_codes(ctx.session, "V", ctx.calendar.local(ctx.now).year)[0],
        kind=WorkKind.TASK,
        title=_TITLE.format(code=report.code),
        note=reference.masking_of(report.category_id).text(report.address),
        lead_id=owner,
        keeper_id=lead,
        director_id=reference.departments[lead].parent_id or lead,
        starts_at=ctx.now,
        due_at=due,
        first_due_at=due,
        amber_at=amber_before(ctx.calendar, ctx.now, due),
        ward_id=report.ward_id,
        needs_photo=True,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    begin_life(work)
    ctx.session.add(work)
    ctx.session.flush()
    ctx.session.add(WorkReport(work_id=work.id, report_id=report.id, why=_WHY))
    made = record_work(
        ctx.session,
        work,
        WorkEventType.CREATED,
        actor=SYSTEM,
        at=ctx.now,
        data={"title": work.title, "report": report.code},
    )
    tell_concerned(ctx.session, reference, work, made, ctx.now)
    unit = reference.departments[owner]
    data: EventData = {
        "owner": unit.code,
        "owner_name": dict(unit.short_name or unit.name),
        "until": f"{ctx.calendar.local(due):%d/%m/%Y}",
    }
    record(ctx.session, report, EventType.UNCLAIMED, actor=SYSTEM, at=ctx.now, data=data)
    ctx.session.flush()
