"""Bars that keep a number off the public list though its case has come so far: a carrier said that it is
somebody else's by now, or whoever has it objected and was right, or may be.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, select

from service.domain.number_cases.access import NumberCaseWork
from service.domain.works.actions import ActionContext
from service.errors import Conflict
from service.i18n import N_
from service.models import CarrierAnswer, CarrierRequestNumber, Listing, Objection

GONE = frozenset({CarrierAnswer.NEW_OWNER, CarrierAnswer.NOT_IN_USE})
"""Answers of a carrier after which the number is not that of who hung the posters."""


def is_under_objection() -> ColumnElement[bool]:
    """Return the condition on `Listing` for numbers about which an objection that may be right is open."""
    return exists().where(
        Objection.number_id == Listing.number_id, Objection.plausible, Objection.answered_at.is_(None)
    )


def require_unbarred(ctx: ActionContext, case: NumberCaseWork) -> None:
    """Raise Conflict, saying why, where a number is barred since its case began."""
    mine, since = case.number.id, case.work.created_at
    gone = exists().where(
        CarrierRequestNumber.number_id == mine,
        CarrierRequestNumber.answer.in_(GONE),
        CarrierRequestNumber.answered_at >= since,
    )
    upheld = exists().where(
        Objection.number_id == mine, Objection.upheld.is_(True), Objection.answered_at >= since
    )
    open_ = exists().where(Objection.number_id == mine, Objection.plausible, Objection.answered_at.is_(None))
    said = ctx.session.execute(select(gone, upheld, open_)).one()
    code = case.work.code
    if said[0]:
        raise Conflict(
            N_("Hồ sơ {code}: nhà mạng trả lời số đã đổi chủ hoặc không còn dùng, không công khai được."),
            code=code,
        )
    if said[1]:
        raise Conflict(N_("Hồ sơ {code}: đã chấp nhận ý kiến phản đối, không công khai được."), code=code)
    if said[2]:
        raise Conflict(
            N_("Hồ sơ {code}: đang có ý kiến phản đối có thể đúng, hãy trả lời trước khi công khai."),
            code=code,
        )
