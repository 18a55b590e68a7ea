"""Sanctions of who a number belongs to: entered once somebody with that power has decided and signed, paid,
annulled. The decision itself is made and kept outside; nothing here is decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from service.domain.city.config import PenaltyConfig
from service.domain.city.penalties import is_valid_penalty
from service.domain.city.reference import Reference
from service.domain.number_cases.access import NumberCaseWork
from service.domain.number_cases.withdrawals import withdraw_listings
from service.domain.works.actions import ActionContext
from service.domain.works.forms import WorkStep
from service.domain.works.lifecycles import APPEARED_ON, BASIS, DATED, DOCUMENT, PAID_ON, REASON, SIGNER
from service.errors import Conflict, invalid
from service.i18n import N_
from service.models import AdNumberCase, Listing, Report, Sighting, SightingState, Work, WorkStatus

Prepared = tuple[dict[str, str], Mapping[str, object], Mapping[str, object]]
"""Texts that a step needs, what changes beside the work, and its times."""

SUSPENSION = frozenset({WorkStatus.TO_SUSPEND, WorkStatus.SUSPENDED})
RUNNING_SANCTION = SUSPENSION | {WorkStatus.INVITED}
NONE: Mapping[str, object] = {
    "sanction_document": "",
    "sanctioned_on": None,
    "sanction_signer": "",
    "sanction_basis": "",
    "act": "",
    "fine_vnd": None,
    "paid_on": None,
}


def may_be_listed() -> ColumnElement[bool]:
    """Return the condition on `Work` and `AdNumberCase` for numbers that may stand on the public list: come
    to a suspension, or sanctioned and not put right since.
    """
    sanctioned = and_(Work.status.in_(RUNNING_SANCTION), AdNumberCase.sanction_document != "")
    return or_(Work.status.in_(SUSPENSION), sanctioned)


def is_listable(work: Work, side: AdNumberCase) -> bool:
    """Return whether a case's numbers may be listed."""
    return work.status in SUSPENSION or (work.status in RUNNING_SANCTION and bool(side.sanction_document))


def penalties_of_number(
    session: Session, reference: Reference, number_id: int, day: date
) -> list[PenaltyConfig]:
    """Return the penalties in force on a day for the kinds of reports on which the number was confirmed."""
    seen = Sighting.number_id == number_id, Sighting.state == SightingState.CONFIRMED
    kinds = select(Report.category_id).distinct().join(Sighting, Sighting.report_id == Report.id)
    ids = session.scalars(kinds.where(*seen)).all()
    codes = {code for each in ids for code in reference.categories[each].path}
    penalties = reference.config.penalties
    return [each for each in penalties if codes & set(each.categories) and is_valid_penalty(each, day)]


def prepare_appeared(ctx: ActionContext, case: NumberCaseWork, form: WorkStep) -> Prepared:
    """Keep when the owner came, and what they said."""
    day = form.data.appeared_on
    _require_past(ctx, day, APPEARED_ON, case.side.invited_on)
    facts: dict[str, object] = {"appeared_on": day}
    if form.data.statement:
        facts["statement"] = form.data.statement
    return {APPEARED_ON: day.isoformat() if day else ""}, facts, {}


def prepare_sanctioned(ctx: ActionContext, case: NumberCaseWork, form: WorkStep) -> Prepared:
    """Keep a decision: its paper, day, signer, basis, the fine if there is one. One that is there is annulled
    before another takes its place.
    """
    side, data = case.side, form.data
    if side.sanction_document:
        raise Conflict(
            N_("Hồ sơ đã có quyết định {document}. Muốn thay, hãy ghi hủy quyết định đó trước."),
            document=side.sanction_document,
        )
    _require_past(ctx, data.dated, DATED, side.invited_on)
    act = _act(ctx, case, form)
    basis = data.basis or (f"{act.article}, Nghị định {act.decree}" if act else "")
    columns = {
        DOCUMENT: data.document or "",
        DATED: data.dated.isoformat() if data.dated else "",
        SIGNER: data.signer,
        BASIS: basis,
    }
    if act is not None and data.fine_vnd is not None:
        _require_in_frame(act, data.fine_vnd)
    facts = {
        "sanction_document": columns[DOCUMENT],
        "sanctioned_on": data.dated,
        "sanction_signer": data.signer,
        "sanction_basis": basis,
        "act": data.act or "",
        "fine_vnd": data.fine_vnd or None,
    }
    event_data = columns | ({"fine_vnd": str(data.fine_vnd)} if data.fine_vnd else {})
    return event_data, facts, {}


def prepare_annulled(ctx: ActionContext, case: NumberCaseWork, form: WorkStep) -> Prepared:
    """Take a decision away."""
    _require_sanction(case)
    return {REASON: form.reason, DOCUMENT: case.side.sanction_document}, NONE, {}


def prepare_paid(ctx: ActionContext, case: NumberCaseWork, form: WorkStep) -> Prepared:
    """Keep when the fine was paid."""
    side, day = case.side, form.data.paid_on
    _require_sanction(case)
    if side.fine_vnd is None:
        raise Conflict(N_("Quyết định này không có tiền phạt."))
    if side.paid_on is not None:
        raise Conflict(N_("Tiền phạt đã nộp ngày {day}."), day=f"{side.paid_on:%d/%m/%Y}")
    _require_past(ctx, day, PAID_ON, side.sanctioned_on)
    return {PAID_ON: day.isoformat() if day else ""}, {"paid_on": day}, {}


def withdraw_annulled(ctx: ActionContext, case: NumberCaseWork, decision: str, why: str) -> None:
    """Take off the list what stood there by a decision that is annulled: all of a case that has not come to
    suspending the number, else what named that decision.
    """
    named = Listing.decision == decision
    resting = named if case.work.status in SUSPENSION else Listing.id.is_not(None)
    withdraw_listings(ctx, and_(Listing.case_id == case.work.id, resting), why)


def _act(ctx: ActionContext, case: NumberCaseWork, form: WorkStep) -> PenaltyConfig | None:
    code, day = form.data.act, form.data.dated
    if code is None:
        return None
    today = ctx.calendar.local(ctx.now).date()
    rows = penalties_of_number(ctx.session, ctx.reference, case.number.id, day or today)
    known = {each.code: each for each in rows}
    if code not in known:
        raise invalid(["act"], N_("Không có hành vi này trong các mức phạt có hiệu lực ngày ra quyết định."))
    return known[code]


def _require_in_frame(act: PenaltyConfig, fine: int) -> None:
    if act.person_min is None or act.person_max is None or not fine:
        return
    most = act.person_max * act.factor_organisation
    if not act.person_min <= fine <= most:
        raise invalid(
            ["fine_vnd"],
            N_("Mức phạt của hành vi này từ {least} đến {most} đồng (tổ chức tính gấp {factor} lần)."),
            least=_grouped(act.person_min),
            most=_grouped(most),
            factor=act.factor_organisation,
        )


def _grouped(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _require_sanction(case: NumberCaseWork) -> None:
    if not case.side.sanction_document:
        raise Conflict(N_("Hồ sơ chưa có quyết định xử phạt."))


def _require_past(ctx: ActionContext, day: date | None, name: str, first: date | None) -> None:
    if day is None:
        return
    if day > ctx.calendar.local(ctx.now).date():
        raise invalid([name], N_("Ngày này không ở phía trước được."))
    if first is not None and day < first:
        raise invalid([name], N_("Ngày này không sớm hơn {day} được."), day=f"{first:%d/%m/%Y}")
