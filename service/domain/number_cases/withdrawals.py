"""Numbers taken off the public list, in the transaction of what makes it untrue that they stand there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select

from service.domain.city.reference import Reference
from service.domain.kernel.masking import Masking
from service.domain.numbers.telephones import of_e164
from service.domain.works.actions import ActionContext
from service.domain.works.events import record_work
from service.models import AdNumber, Listing, Work, WorkEventType


def withdraw_listings(ctx: ActionContext, which: ColumnElement[bool], why: str, *, most: int = 1000) -> int:
    """Take the published listings of that condition off the list, and drop those that were only drafted; how
    many were public.
    """
    ctx.session.execute(delete(Listing).where(which, Listing.published_on.is_(None)))
    query = (
        select(Listing, Work, AdNumber)
        .join(Work, Work.id == Listing.case_id)
        .join(AdNumber, AdNumber.id == Listing.number_id)
        .where(which, Listing.published_on.is_not(None), Listing.withdrawn_at.is_(None))
        .order_by(Listing.id)
        .limit(most)
        .with_for_update(of=Listing)
    )
    rows = ctx.session.execute(query).all()
    for listing, work, number in rows:
        listing.withdrawn_at, listing.withdrawn_why = ctx.now, why[:500]
        reason = always_masked(ctx.reference).text(why[:500])
        data = {"number": of_e164(number.e164).masked, "reason": reason}
        type_ = WorkEventType.NUMBER_UNLISTED
        record_work(ctx.session, work, type_, actor=ctx.actor, at=ctx.now, data=data, public=True)
    ctx.session.flush()
    return len(rows)


def always_masked(reference: Reference) -> Masking:
    """Return how words beside a listed number are masked: numbers in them are hidden whatever a city chose
    for reports, also those at which its offices are reached.
    """
    return replace(reference.masking.of(()), phones=True, offices=None)


def is_shown(today: datetime) -> ColumnElement[bool]:
    """Return the condition on `Listing` for what the public list shows at this moment of the city."""
    return and_(
        Listing.published_on.is_not(None),
        Listing.withdrawn_at.is_(None),
        Listing.hidden_since.is_(None),
        Listing.until >= today.date(),
    )


def has_run_out(today: datetime) -> ColumnElement[bool]:
    """Return the condition on `Listing` for what stood there to its last day."""
    return or_(Listing.until < today.date(), Listing.until.is_(None) & Listing.published_on.is_not(None))
