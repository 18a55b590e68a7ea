"""Recording contributions, taking them back, and erasing the names of givers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.access import find_cleanup
from service.domain.cleanups.campaigns.campaigns import KEEPERS, find_campaign
from service.domain.cleanups.drafts import may_lead
from service.domain.kernel.audit import write_entry
from service.domain.kernel.sql import changed_rows
from service.domain.reports.drafts import StrictBody
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import Contribution, ContributionKind, Work

MOST = 1000
"""Contributions to one clean-up or campaign, those that were taken back among them."""
NAMES_KEPT = timedelta(days=365)
OLDEST = timedelta(days=3700)
NONE = N_("Không có khoản ủng hộ này.")
ONLY_LEAD = N_("Chỉ đơn vị tổ chức được ghi nhận ủng hộ.")

KIND_NAMES = {
    ContributionKind.CASH: N_("Tiền"),
    ContributionKind.TREES: N_("Cây giống"),
    ContributionKind.TOOLS: N_("Dụng cụ, nước uống"),
    ContributionKind.LABOUR: N_("Ngày công"),
}

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]


class NewContribution(StrictBody):
    """Contribution to a clean-up or a campaign; `id` is the client's, so that a retry is the same one.

    `giver` is written only where the giver wants to be named to everybody; else it is anonymous.
    """

    id: UUID
    cleanup: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] | None = None
    campaign: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] | None = None
    kind: ContributionKind
    amount_vnd: Annotated[int, Field(ge=1, le=10**12, strict=True)] | None = None
    count: Annotated[int, Field(ge=1, le=1_000_000, strict=True)] | None = None
    words: Line = ""
    giver: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    named: bool = False
    received_on: date | None = None
    receipt_no: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""


def record_contribution(ctx: ActionContext, form: NewContribution) -> tuple[Contribution, bool]:
    """Return (the contribution, whether it is new). By who leads the clean-up, or keeps pages of campaigns.

    Raises NotFound, Forbidden, Invalid, Conflict for an id that stands for another.
    """
    require_works(ctx.reference)
    work, campaign_id, unit = _about(ctx, form)
    _check_said(form)
    today = ctx.calendar.local(ctx.now).date()
    on = form.received_on or today
    if not today - OLDEST <= on <= today:
        raise invalid(["received_on"], N_("Ngày nhận không được sau hôm nay."))
    columns = {
        "work_id": work.id if work else None,
        "campaign_id": campaign_id,
        "received_on": on,
        **{name: getattr(form, name) for name in _AS_SAID},
    }
    known = ctx.session.get(Contribution, form.id)
    if known is not None:
        same = known.recorded_by == ctx.actor.staff_id
        if not same or any(getattr(known, name) != value for name, value in columns.items()):
            raise Conflict(N_("Mã id này đã được dùng cho khoản khác. Hãy tạo id mới."))
        return known, False
    _check_room(ctx.session, work, campaign_id)
    row = Contribution(
        id=form.id, unit_id=unit, recorded_at=ctx.now, recorded_by=ctx.actor.staff_id, **columns
    )
    ctx.session.add(row)
    ctx.session.flush()
    _audit(ctx, row, "added")
    return row, True


def withdraw_contribution(ctx: ActionContext, id_: UUID) -> Contribution:
    """Take a contribution out of every list and sum. Again it changes nothing. Raises NotFound, Forbidden."""
    row = ctx.session.get(Contribution, id_, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(NONE)
    if not may_record(ctx, row):
        raise Forbidden(ONLY_LEAD)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = ctx.now, ctx.actor.staff_id
        ctx.session.flush()
        _audit(ctx, row, "removed")
    return row


def may_record(ctx: ActionContext, row: Contribution) -> bool:
    """Return whether this person keeps the book that the contribution stands in."""
    if row.work_id is None:
        return ctx.actor.role in KEEPERS
    work = ctx.session.get(Work, row.work_id)
    return work is not None and may_lead(ctx, work.lead_id)


def forget_givers(session: Session, reference: Reference, now: datetime, most: int) -> int:
    """Erase the names of who gave something a year ago; what was given stays in the sums; how many."""
    zone = ZoneInfo(reference.timezone)
    before = (now.astimezone(zone) - NAMES_KEPT).date()
    old = select(Contribution.id).where(Contribution.giver != "", Contribution.received_on < before)
    mine = Contribution.id.in_(old.order_by(Contribution.received_on).limit(most))
    return changed_rows(session.execute(update(Contribution).where(mine).values(giver="")))


def _about(ctx: ActionContext, form: NewContribution) -> tuple[Work | None, int | None, int | None]:
    """Return (clean-up, campaign, the unit that receives). Raises Invalid unless it is for exactly one of
    both.
    """
    if bool(form.cleanup) == bool(form.campaign):
        raise invalid(["cleanup"], N_("Cần chọn một đợt ra quân hoặc một phong trào."))
    if form.campaign:
        if ctx.actor.role not in KEEPERS:
            raise Forbidden(N_("Chỉ lãnh đạo và quản trị viên được ghi nhận ủng hộ cho phong trào."))
        return None, find_campaign(ctx.session, form.campaign).id, ctx.actor.department_id
    work = find_cleanup(ctx.session, ctx.reference, form.cleanup or "", ctx.actor).work
    if not may_lead(ctx, work.lead_id):
        raise Forbidden(ONLY_LEAD)
    return work, None, work.lead_id


def _check_said(form: NewContribution) -> None:
    cash = form.kind == ContributionKind.CASH
    if cash and (form.amount_vnd is None or form.count is not None):
        raise invalid(["amount_vnd"], N_("Ủng hộ bằng tiền thì chỉ ghi số tiền."))
    if not cash and (form.count is None or form.amount_vnd is not None):
        raise invalid(["count"], N_("Ủng hộ hiện vật, ngày công thì chỉ ghi số lượng."))
    if not cash and not form.words:
        raise invalid(["words"], N_("Cần ghi đã ủng hộ gì."))
    if form.giver and not form.named:
        raise invalid(["giver"], N_("Chỉ ghi tên khi người ủng hộ muốn nêu tên; nếu không hãy để trống."))
    if form.named and not form.giver:
        raise invalid(["giver"], N_("Cần ghi tên người ủng hộ muốn nêu tên."))


def _check_room(session: Session, work: Work | None, campaign_id: int | None) -> None:
    mine = Contribution.work_id == work.id if work else Contribution.campaign_id == campaign_id
    if (session.scalar(select(func.count()).where(mine)) or 0) >= MOST:
        raise Conflict(N_("Đã có quá nhiều khoản ủng hộ ở đây."))


def _audit(ctx: ActionContext, row: Contribution, verb: str) -> None:
    facts = {"kind": str(row.kind), "amount_vnd": row.amount_vnd, "count": row.count, "unit_id": row.unit_id}
    name = f"contribution.{verb}"
    write_entry(ctx.session, name, str(row.id), at=ctx.now, staff_id=ctx.actor.staff_id, after=facts)


_AS_SAID = ("kind", "amount_vnd", "count", "words", "giver", "receipt_no")
