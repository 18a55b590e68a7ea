"""Cables that nobody owns: the term passes, the poles' owner takes them down, everybody reads it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from service.domain.cables.access import cables_of
from service.domain.claims.owners import pole_owner_at
from service.domain.kernel.isolation import OnFailure, each_alone
from service.domain.reports.events import SYSTEM, record
from service.domain.works.acting import Hand
from service.domain.works.codes import next_codes
from service.domain.works.lifecycles import begin_life
from service.domain.works.notices import tell_concerned
from service.domain.works.recording import record_work
from service.domain.works.terms import after_working_days, amber_before
from service.i18n import N_
from service.models import (
    HELD,
    Claim,
    ClaimAnswer,
    EventType,
    Report,
    Work,
    WorkEventType,
    WorkKind,
    WorkReport,
)

REMOVAL_DAYS = 3
"""Working days in which the poles' owner takes down what nobody owns."""

_TITLE = N_("Tháo dỡ cáp không đơn vị nào nhận: {code}")
_WHY = N_("Không đơn vị nào nhận cáp")


def expire_claims(hand: Hand, most: int = 200, failed: OnFailure | None = None) -> int:
    """Count as silent whoever let the term pass; end what nobody owns. How many cases were looked at.

    A case that somebody holds at this moment waits for the next run.
    """
    if hand.reference.config.cables is None:
        return 0
    claim = aliased(Claim)
    open_ = claim.report_id == Report.id, claim.answer.is_(None), claim.closed_at.is_(None)
    due = exists().where(*open_, claim.due_at <= hand.now)
    cases = select(Report).where(due).order_by(Report.created_at).limit(most)
    rows: Sequence[Report] = hand.session.scalars(
        cases.with_for_update(skip_locked=True, key_share=True)
    ).all()
    return each_alone(hand.session, rows, lambda report: _expire(hand, report), failed)


def end_unclaimed(hand: Hand, report: Report) -> None:
    """Give the case's cable to the poles' owner, if every company was asked in vain. Once for each case."""
    claims = hand.session.scalars(select(Claim).where(Claim.report_id == report.id)).all()
    denied = (ClaimAnswer.NOT_MINE, ClaimAnswer.NONE)
    if not claims or any(each.answer not in denied for each in claims):
        return
    if report.executor_id is not None or report.status not in HELD or report.lead_id is None:
        return
    if hand.session.get(Work, removal_id(report.id)) is None:
        _give_to_pole_owner(hand, report)


def removal_id(report_id: UUID) -> UUID:
    """Return the id of the task that takes down the report's cable: there is at most one."""
    return uuid5(NAMESPACE_URL, f"unclaimed:{report_id}")


def _expire(hand: Hand, report: Report) -> None:
    open_ = Claim.report_id == report.id, Claim.answer.is_(None), Claim.closed_at.is_(None)
    claims = hand.session.scalars(select(Claim).where(*open_, Claim.due_at <= hand.now).with_for_update())
    for claim in claims:
        if report.status not in HELD:
            claim.closed_at = hand.now
            continue
        claim.answer, claim.answered_at, claim.silent_at = ClaimAnswer.NONE, hand.now, hand.now
        company = hand.reference.departments[claim.company_id]
        data = {
            "company": company.code,
            "company_name": dict(company.short_name or company.name),
            "answer": str(ClaimAnswer.NONE),
        }
        record(
            hand.session,
            report,
            EventType.CLAIM_ANSWERED,
            actor=SYSTEM,
            at=hand.now,
            public=False,
            data=data,
        )
    hand.session.flush()
    end_unclaimed(hand, report)


def _give_to_pole_owner(hand: Hand, report: Report) -> None:
    reference, lead = hand.reference, report.lead_id or 0
    cables_of(reference)
    owner = pole_owner_at(hand.session, reference, report, hand.now) or lead
    due = after_working_days(hand.calendar, hand.now, REMOVAL_DAYS)
    work = Work(
        id=removal_id(report.id),
        code=next_codes(hand.session, "V", hand.calendar.local(hand.now).year)[0],
        kind=WorkKind.TASK,
        title=_TITLE.format(code=report.code),
        note=reference.masking_of(report.category_id).text(report.address),
        lead_id=owner,
        keeper_id=lead,
        director_id=reference.departments[lead].parent_id or lead,
        starts_at=hand.now,
        due_at=due,
        first_due_at=due,
        amber_at=amber_before(hand.calendar, hand.now, due),
        ward_id=report.ward_id,
        needs_photo=True,
        created_at=hand.now,
        updated_at=hand.now,
    )
    begin_life(work)
    hand.session.add(work)
    hand.session.flush()
    hand.session.add(WorkReport(work_id=work.id, report_id=report.id, why=_WHY))
    made = record_work(
        hand.session,
        work,
        WorkEventType.CREATED,
        actor=SYSTEM,
        at=hand.now,
        data={"title": work.title, "report": report.code},
    )
    tell_concerned(hand.session, reference, work, made, hand.now)
    unit = reference.departments[owner]
    data = {
        "owner": unit.code,
        "owner_name": dict(unit.short_name or unit.name),
        "until": f"{hand.calendar.local(due):%d/%m/%Y}",
    }
    record(hand.session, report, EventType.UNCLAIMED, actor=SYSTEM, at=hand.now, data=data)
    hand.session.flush()
