"""Contributions as everybody reads them: named only who wants to be, everything in the sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.access import visible_cleanups
from service.domain.cleanups.campaigns.campaigns import KEEPERS
from service.domain.cleanups.campaigns.figures import campaign_span
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext
from service.models import Campaign, Cleanup, Contribution, ContributionKind, Work, WorkKind, WorkStatus

SHOWN = 50


@dataclass(frozen=True, slots=True)
class GiftLine:
    """Contribution in a list. `giver` is empty for who is not named; `about` is the clean-up's code or the
    campaign's address.
    """

    id: UUID
    kind: str
    amount_vnd: int | None
    count: int | None
    words: str
    giver: str
    received_on: date
    about: str
    unit_id: int | None
    receipt_no: str


@dataclass(frozen=True, slots=True)
class GiftTotals:
    """Sums of contributions: how many there are, money in đồng, trees, tools and days of work."""

    gifts: int = 0
    cash_vnd: int = 0
    trees: int = 0
    tools: int = 0
    labour: int = 0


def gifts_of_cleanup(
    session: Session, reference: Reference, work_id: UUID
) -> tuple[GiftTotals, list[GiftLine]]:
    """Return the sums and the newest contributions of one clean-up."""
    return _read(session, reference, Contribution.work_id == work_id)


def gifts_of_campaign(
    session: Session, reference: Reference, campaign: Campaign
) -> tuple[GiftTotals, list[GiftLine]]:
    """Return sums and newest contributions of a campaign: its own, and those of its public clean-ups."""
    since, until = campaign_span(reference, campaign)
    own = (
        select(Work.id)
        .join(Cleanup, Cleanup.work_id == Work.id)
        .where(
            Work.kind == WorkKind.CLEANUP,
            Work.starts_at >= since,
            Work.starts_at < until,
            Work.status.not_in((WorkStatus.DRAFT, WorkStatus.CANCELLED)),
            visible_cleanups(None),
        )
    )
    return _read(
        session, reference, or_(Contribution.campaign_id == campaign.id, Contribution.work_id.in_(own))
    )


def list_recorded(ctx: ActionContext) -> list[GiftLine]:
    """Return the newest contributions that this person's units received; of campaigns for who keeps them."""
    actor: Actor = ctx.actor
    mine: list[ColumnElement[bool]] = [Contribution.unit_id.in_(sorted(actor.departments))]
    if actor.of_city:
        mine.append(Contribution.unit_id.is_not(None))
    if actor.role in KEEPERS:
        mine.append(Contribution.campaign_id.is_not(None))
    return _lines(ctx.session, ctx.reference, or_(*mine))


def view_contribution(ctx: ActionContext, row: Contribution) -> GiftLine:
    """Return a contribution as the colleague who recorded it reads it."""
    return _lines(ctx.session, ctx.reference, Contribution.id == row.id)[0]


def _read(
    session: Session, reference: Reference, mine: ColumnElement[bool]
) -> tuple[GiftTotals, list[GiftLine]]:
    def pieces(kind: ContributionKind) -> ColumnElement[int]:
        return func.coalesce(func.sum(Contribution.count).filter(Contribution.kind == kind), 0)

    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Contribution.amount_vnd), 0),
            *(pieces(each) for each in _IN_PIECES),
        ).where(mine, Contribution.withdrawn_at.is_(None))
    ).one()
    totals = GiftTotals(*(int(each) for each in row))
    return totals, _lines(session, reference, mine) if totals.gifts else []


def _lines(session: Session, reference: Reference, mine: ColumnElement[bool]) -> list[GiftLine]:
    rows: Sequence[tuple[Contribution, str | None, str | None]] = [
        (row, code, slug)
        for row, code, slug in session.execute(
            select(Contribution, Work.code, Campaign.slug)
            .outerjoin(Work, Work.id == Contribution.work_id)
            .outerjoin(Campaign, Campaign.id == Contribution.campaign_id)
            .where(and_(mine, Contribution.withdrawn_at.is_(None)))
            .order_by(Contribution.received_on.desc(), Contribution.recorded_at.desc(), Contribution.id)
            .limit(SHOWN)
        )
    ]
    mask = reference.masking.general
    return [
        GiftLine(
            id=row.id,
            kind=str(row.kind),
            amount_vnd=row.amount_vnd,
            count=row.count,
            words=mask.text(row.words),
            giver=mask.text(row.giver),
            received_on=row.received_on,
            about=code or slug or "",
            unit_id=row.unit_id,
            receipt_no=row.receipt_no,
        )
        for row, code, slug in rows
    ]


_IN_PIECES = (ContributionKind.TREES, ContributionKind.TOOLS, ContributionKind.LABOUR)
