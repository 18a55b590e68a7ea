"""Figures of a campaign, counted from the results of its public clean-ups: nobody types one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.access import visible_cleanups
from service.domain.cleanups.public.views import list_public_cleanups, mask_cleanups
from service.domain.cleanups.views import OVER, CleanupFilter, CleanupView, list_cleanups
from service.models import Campaign, Cleanup, Hotspot, HotspotState, Work, WorkKind

SHOWN = 3
"""So many coming clean-ups stand on the page, and so many that are done."""
PICTURED = 20
MAPPED = 1500


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """Figures of a campaign: clean-ups, people, kilograms and bags of litter, trees, wards, cured spots."""

    cleanups: int = 0
    people: int = 0
    kg: int = 0
    bags: int = 0
    trees: int = 0
    wards: int = 0
    spots_cured: int = 0


@dataclass(frozen=True, slots=True)
class WardFigures:
    """Figures of one ward."""

    ward_id: int
    cleanups: int
    people: int
    kg: int


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign as everybody sees it: figures, wards the busiest first, what comes, what was done last."""

    campaign: Campaign
    figures: CampaignFigures
    wards: Sequence[WardFigures]
    coming: Sequence[CleanupView]
    done: Sequence[CleanupView]


def view_campaign(session: Session, reference: Reference, campaign: Campaign, now: datetime) -> CampaignView:
    """Return the page's content, as it is at this moment."""
    since, until = campaign_span(reference, campaign)
    coming = CleanupFilter(since=now, until=until, limit=SHOWN)
    done = CleanupFilter(over=True, since=since, until=until, limit=PICTURED)
    over = list_cleanups(session, None, done)
    pictured = [each for each in over if any(picture.kind == "after" for picture in each.pictures)]
    return CampaignView(
        campaign=campaign,
        figures=count_campaign(session, reference, campaign),
        wards=_by_ward(session, since, until),
        coming=list_public_cleanups(session, reference, coming),
        done=mask_cleanups(reference, (pictured or over)[:SHOWN]),
    )


def count_campaign(session: Session, reference: Reference, campaign: Campaign) -> CampaignFigures:
    """Count what the clean-ups with a result came to, and the hot spots that stayed clean."""
    since, until = campaign_span(reference, campaign)
    row = session.execute(
        select(
            func.count(),
            *(func.coalesce(func.sum(column), 0) for column in _COLUMNS),
            func.count(Work.ward_id.distinct()),
        )
        .select_from(Work)
        .join(Cleanup, Cleanup.work_id == Work.id)
        .where(*_counted(since, until))
    ).one()
    cured = select(func.count()).where(
        Hotspot.state == HotspotState.CURED,
        Hotspot.cleaned_on.between(campaign.first, campaign.last),
    )
    cleanups, people, kg, bags, trees, wards = (int(each) for each in row)
    return CampaignFigures(cleanups, people, kg, bags, trees, wards, session.scalar(cured) or 0)


def campaign_places(
    session: Session, reference: Reference, campaign: Campaign
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Return (places of clean-ups that are counted, of hot spots that stayed clean): longitude, latitude."""
    lon, lat = func.ST_X(Work.geom), func.ST_Y(Work.geom)
    held = session.execute(
        select(lon, lat)
        .join(Cleanup, Cleanup.work_id == Work.id)
        .where(
            *_counted(*campaign_span(reference, campaign)),
            Work.geom.is_not(None),
            Cleanup.from_old.is_(False),
        )
        .order_by(Work.starts_at.desc(), Work.id)
        .limit(MAPPED)
    ).all()
    cured = session.execute(
        select(Hotspot.lon, Hotspot.lat)
        .where(Hotspot.state == HotspotState.CURED, Hotspot.cleaned_on.between(campaign.first, campaign.last))
        .order_by(Hotspot.cleaned_on.desc(), Hotspot.id)
        .limit(MAPPED)
    ).all()
    return [(row[0], row[1]) for row in held], [(row[0], row[1]) for row in cured]


def campaign_span(reference: Reference, campaign: Campaign) -> tuple[datetime, datetime]:
    """Return the moments between which the campaign's clean-ups begin."""
    zone = ZoneInfo(reference.timezone)
    until = datetime.combine(campaign.last + timedelta(days=1), time(), tzinfo=zone)
    return datetime.combine(campaign.first, time(), tzinfo=zone), until


def _by_ward(session: Session, since: datetime, until: datetime) -> list[WardFigures]:
    people = func.coalesce(func.sum(Cleanup.people), 0)
    rows = session.execute(
        select(Work.ward_id, func.count(), people, func.coalesce(func.sum(Cleanup.kg), 0))
        .join(Cleanup, Cleanup.work_id == Work.id)
        .where(*_counted(since, until), Work.ward_id.is_not(None))
        .group_by(Work.ward_id)
        .order_by(func.count().desc(), people.desc(), Work.ward_id)
    )
    return [WardFigures(*(int(each) for each in row)) for row in rows]


def _counted(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Work.kind == WorkKind.CLEANUP,
        Work.status.in_(OVER),
        Work.starts_at >= since,
        Work.starts_at < until,
        Cleanup.people.is_not(None),
        visible_cleanups(None),
    )


_COLUMNS = (Cleanup.people, Cleanup.kg, Cleanup.bags, Cleanup.trees)
