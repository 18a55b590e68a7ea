"""Asking the companies whose a cable is: one claim each, with a term of working hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from service.domain.cables.access import cables_of, company_ids
from service.domain.claims.forms import ClaimsRequest
from service.domain.claims.owners import companies_at
from service.domain.kernel.times import utc_text
from service.domain.reports.access import Asker, lock_report
from service.domain.reports.edges import LEAD, TRIAGE
from service.domain.reports.events import record
from service.domain.reports.lifecycle import roles_of
from service.domain.reports.photos import public_photos
from service.domain.works.actions import ActionContext
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import HELD, Claim, EventType, Report, Role

TERM = timedelta(hours=8)
"""Working hours in which a company answers."""


def ask_companies(ctx: ActionContext, asker: Asker, name: str | UUID, request: ClaimsRequest) -> list[Claim]:
    """Ask whose the cable is; all claims of the case. Each company is asked once, the same again changes
    nothing.

    An emergency does not wait: the poles' owner carries it out, and the owner of the cable is asked beside.
    Raises NotFound; Forbidden for who neither leads nor coordinates; Conflict for a case that nobody works
    on, that a company with cables carries out, or that is about something else; Invalid for a unit that
    owns no cables and a photo that is not the report's.
    """
    rules = cables_of(ctx.reference)
    access = lock_report(ctx.session, asker, name, now=ctx.now)
    report = access.report
    if not roles_of(access.actor, report) & {LEAD, TRIAGE}:
        raise Forbidden(N_("Chỉ đơn vị chủ trì hoặc điều phối viên được hỏi các đơn vị có cáp."))
    kind = ctx.reference.categories.get(report.category_id)
    if kind is None or rules.category not in kind.path:
        raise Conflict(N_("Chỉ hỏi được với phản ánh về cáp treo."))
    known = {each.company_id: each for each in claims_of_case(ctx, report.id)}
    companies = _asked(ctx, report, request, known)
    new = [each for each in companies if each not in known]
    if new:
        if report.status not in HELD:
            raise Conflict(N_("Phản ánh này không còn ở đơn vị nào để hỏi."))
        if report.executor_id in company_ids(ctx.reference):
            raise Conflict(N_("Phản ánh này đã có đơn vị thực hiện, không cần hỏi nữa."))
        _ask(ctx, report, new, _photo(ctx, report, request))
    return claims_of_case(ctx, report.id)


def claims_of_case(ctx: ActionContext, report_id: UUID) -> list[Claim]:
    """Return the claims of a case, oldest first."""
    query = select(Claim).where(Claim.report_id == report_id).order_by(Claim.asked_at, Claim.id)
    return list(ctx.session.scalars(query))


def _asked(ctx: ActionContext, report: Report, request: ClaimsRequest, known: dict[int, Claim]) -> list[int]:
    owners = company_ids(ctx.reference)
    if request.companies is None:
        return list(known) or companies_at(ctx.session, ctx.reference, report, ctx.now)
    by_code = {ctx.reference.departments[each].code: each for each in owners}
    for number, code in enumerate(request.companies):
        if code not in by_code:
            raise invalid(["companies", number], N_("“{code}” không phải đơn vị có cáp."), code=code)
    return list(dict.fromkeys(by_code[code] for code in request.companies))


def _photo(ctx: ActionContext, report: Report, request: ClaimsRequest) -> UUID | None:
    shown = [each.id for each in public_photos(ctx.session, [report.id]).get(report.id, ())]
    if request.photo is not None and request.photo not in shown:
        raise invalid(["photo"], N_("Phản ánh không có ảnh này trong các ảnh công khai."))
    return request.photo or next(iter(shown), None)


def _ask(ctx: ActionContext, report: Report, companies: Sequence[int], photo: UUID | None) -> None:
    due = ctx.calendar.add_working_time(ctx.now, TERM)
    ctx.session.add_all(
        Claim(
            report_id=report.id,
            company_id=each,
            asked_at=ctx.now,
            asked_by=ctx.actor.staff_id,
            due_at=due,
            photo_id=photo,
        )
        for each in companies
    )
    codes = [ctx.reference.departments[each].code for each in companies]
    recipients = [{"role": str(Role.EXECUTOR), "department": code} for code in codes]
    record(
        ctx.session,
        report,
        EventType.CLAIM_ASKED,
        actor=ctx.actor,
        at=ctx.now,
        public=False,
        data={"companies": codes, "due_at": utc_text(due)},
        private={"recipients": recipients},
    )
    ctx.session.flush()
