"""Answers of companies: theirs, and they carry the case out; all say no, and it goes to the poles' owner."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.cables.access import cables_of, company_ids
from service.domain.city.reference import Reference
from service.domain.claims.forms import ClaimReply
from service.domain.claims.unclaimed import call_off_removal, end_unclaimed
from service.domain.reports.events import Actor, record
from service.domain.rules.routing import set_supports
from service.domain.works.actions import ActionContext
from service.errors import Conflict, NotFound
from service.i18n import N_
from service.models import HELD, Claim, ClaimAnswer, EventData, EventType, Report, Role
from service.models.reports.event import ActorKind

ANSWERING = frozenset({Role.EXECUTOR, Role.DEPARTMENT, Role.MANAGER})


def answer_claim(ctx: ActionContext, claim_id: int, reply: ClaimReply) -> Claim:
    """Answer for one's company; the same again changes nothing, and so does a "no" after the term.

    The first "mine" makes the company carry the case out, or help whoever was sent to an emergency, and ends
    the other questions. A second one is kept beside it: the lead decides. Raises NotFound for a claim of
    another company; Conflict for a case that nobody works on, and for another answer than the one that was
    given.
    """
    claim = find_claim(ctx.session, ctx.reference, ctx.actor, claim_id)
    locked = select(Report).where(Report.id == claim.report_id).with_for_update(key_share=True)
    report = ctx.session.scalars(locked.execution_options(populate_existing=True)).one()
    ctx.session.refresh(claim, with_for_update=True)
    answer = ClaimAnswer(reply.answer)
    if claim.answer == answer:
        return claim
    if claim.answer in (ClaimAnswer.MINE, ClaimAnswer.NOT_MINE):
        raise Conflict(N_("Đơn vị của bạn đã trả lời khác. Hãy trao đổi với đơn vị chủ trì."))
    if report.status not in HELD:
        raise Conflict(N_("Phản ánh này đã kết thúc, không cần trả lời nữa."))
    claim.answer, claim.answered_at, claim.words = answer, ctx.now, reply.words
    claim.answered_by = ctx.actor.staff_id
    ctx.session.flush()
    _tell_answer(ctx, report, claim)
    if answer == ClaimAnswer.MINE:
        _take(ctx, report, claim)
    else:
        end_unclaimed(ctx, report)
    ctx.session.flush()
    return claim


def find_claim(session: Session, reference: Reference, actor: Actor, claim_id: int) -> Claim:
    """Return the company's own claim. Raises NotFound for everybody else."""
    cables_of(reference)
    claim = session.get(Claim, claim_id) if 0 < claim_id < 1 << 31 else None
    own = actor.kind == ActorKind.STAFF and actor.role in ANSWERING
    if claim is None or not own or claim.company_id not in actor.departments:
        raise NotFound(N_("Không có câu hỏi này. Hãy xem lại danh sách."))
    return claim


def claimants(session: Session, report: Report) -> list[int]:
    """Return the companies that say the cable is theirs, in the order in which they did."""
    mine = Claim.report_id == report.id, Claim.answer == ClaimAnswer.MINE
    return list(session.scalars(select(Claim.company_id).where(*mine).order_by(Claim.answered_at, Claim.id)))


def _tell_answer(ctx: ActionContext, report: Report, claim: Claim) -> None:
    company = ctx.reference.departments[claim.company_id]
    disputed = claim.answer == ClaimAnswer.MINE and len(claimants(ctx.session, report)) > 1
    data: EventData = {
        "company": company.code,
        "company_name": dict(company.short_name or company.name),
        "answer": str(claim.answer),
    }
    if disputed:
        data["disputed"] = True
    record(
        ctx.session,
        report,
        EventType.CLAIM_ANSWERED,
        actor=ctx.actor,
        at=ctx.now,
        public=False,
        data=data,
        private={"words": claim.words} if claim.words else None,
    )


def _take(ctx: ActionContext, report: Report, claim: Claim) -> None:
    """Make the company carry the case out, or help who does; end the questions that are still open, and the
    removal of a cable that was thought to be nobody's.
    """
    others = select(Claim).where(
        Claim.report_id == report.id, Claim.answer.is_(None), Claim.closed_at.is_(None)
    )
    for other in ctx.session.scalars(others.with_for_update()):
        other.closed_at = ctx.now
    company, supports = claim.company_id, set(report.support_ids)
    if company == report.lead_id or report.executor_id in company_ids(ctx.reference):
        return
    if report.executor_id is None:
        report.executor_id = company
        supports -= {company}
    elif company in supports:
        return
    else:  # the poles' owner is at it already, since an emergency does not wait: the company helps
        supports |= {company}
    if supports != set(report.support_ids):
        set_supports(report, supports)
    report.version += 1
    report.updated_at = ctx.now
    units = ctx.reference.departments
    data: EventData = {
        "lead": units[report.lead_id].code if report.lead_id is not None else None,
        "supports": sorted(units[each].code for each in report.support_ids),
        "executor": units[report.executor_id].code,
    }
    record(ctx.session, report, EventType.PARTS_CHANGED, actor=ctx.actor, at=ctx.now, data=data)
    call_off_removal(ctx, report)
