"""Passing time of numbers: lists end by themselves, cases close once nothing new was seen."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from service.domain.number_cases.access import NumberCaseWork
from service.domain.number_cases.cases import closing_words, follow_case_step
from service.domain.number_cases.offence_history import newest_sighting
from service.domain.number_cases.withdrawals import has_run_out, withdraw_listings
from service.domain.works.actions import ActionContext, step
from service.domain.works.lifecycles import SUSPENDED_TO
from service.i18n import N_
from service.models import AdNumber, AdNumberCase, Listing, Work, WorkStatus

RUN_OUT = N_("Hết thời hạn công khai")
MOST = 200


def expire_listings(ctx: ActionContext) -> int:
    """Take off the list what stood there to its last day; how many."""
    today = ctx.calendar.local(ctx.now)
    published = Listing.published_on.is_not(None) & has_run_out(today)
    return withdraw_listings(ctx, published, RUN_OUT)


def close_quiet(ctx: ActionContext) -> int:
    """Close the cases whose owners complied a while ago, of whose number no new poster was seen since, and
    that work again where they were suspended; how many.
    """
    before = ctx.calendar.local(ctx.now).date() - timedelta(days=ctx.reference.config.numbers.quiet_days)
    query = (
        select(Work, AdNumberCase, AdNumber)
        .join(AdNumberCase, AdNumberCase.work_id == Work.id)
        .join(AdNumber, AdNumber.id == AdNumberCase.number_id)
        .where(Work.status == WorkStatus.COMPLIED, AdNumberCase.complied_on <= before)
        .order_by(Work.updated_at)
        .limit(MOST)
        .with_for_update(of=Work, skip_locked=True)
    )
    closed = 0
    for work, side, number in ctx.session.execute(query).all():
        seen_at = newest_sighting(ctx.session, number.id)
        complied_on = side.complied_on or before
        again = seen_at is not None and ctx.calendar.local(seen_at).date() > complied_on
        words = closing_words(side, side.suspended_to)
        if again or not words:
            continue
        step(ctx, work, WorkStatus.CLOSED, {SUSPENDED_TO: words})
        follow_case_step(ctx, NumberCaseWork(work, side, number), WorkStatus.COMPLIED, "")
        closed += 1
    ctx.session.flush()
    return closed
