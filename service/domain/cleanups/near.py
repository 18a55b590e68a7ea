"""Telling people near by: whoever has an alert of a place or a ward hears of a public clean-up there, by the
channel of the alert, at most once in seven days.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.access import CleanupWork
from service.domain.kernel.sql import changed_rows
from service.domain.kernel.times import utc_text
from service.domain.notices.event_alerts import alert_statement
from service.models import Audience, Cleanup, Work, WorkKind, WorkStatus

NEAR = "cleanup_near"
CATEGORY = "litter"
"""Alerts of this kind of reports hear of clean-ups; those of other kinds do not."""
AT_LEAST = timedelta(hours=3)
"""So long before its beginning people are told at the latest."""
WEEK = timedelta(days=7)
MOST = 20

_TELL = alert_statement(
    {
        "work_id": ":work",
        "data": "jsonb_build_object('cleanup', CAST(:code AS text), 'title', CAST(:title AS text), "
        "'at', CAST(:at AS text), 'place', CAST(:place AS text))",
    },
    "earlier.state <> 'dropped' AND earlier.created_at > :week",
    of_the_kind_alone=False,
)


def tell_near(session: Session, reference: Reference, channels: Collection[str], now: datetime) -> int:
    """Claim the messages about public clean-ups that nobody near was told of yet; how many.

    The soonest is told first: a person hears of one in a week, and that is the one they can still come to.
    """
    coming = (
        select(Work, Cleanup)
        .join(Cleanup, Cleanup.work_id == Work.id)
        .where(
            Work.kind == WorkKind.CLEANUP,
            Work.status == WorkStatus.ANNOUNCED,
            Work.public,
            Cleanup.open_to == Audience.PUBLIC,
            Cleanup.near_told_at.is_(None),
            Work.starts_at > now + AT_LEAST,
        )
        .order_by(Work.starts_at, Work.id)
        .limit(MOST)
        .with_for_update(of=Cleanup, skip_locked=True)
    )
    sent = 0
    for work, side in session.execute(coming).all():
        sent += _tell(session, reference, CleanupWork(work, side), channels, now)
        side.near_told_at = now
    session.flush()
    return sent


def _tell(
    session: Session, reference: Reference, cleanup: CleanupWork, channels: Collection[str], now: datetime
) -> int:
    work, side, mask = cleanup.work, cleanup.side, reference.masking.general
    place = session.execute(
        select(Work.geom.ST_X().label("lon"), Work.geom.ST_Y().label("lat")).where(Work.id == work.id)
    ).one()
    ward = reference.wards.get(work.ward_id or 0)
    litter = reference.category_by_code.get(CATEGORY)
    line = [reference.category_by_code[code].id for code in litter.path] if litter else []
    year, week, _ = now.isocalendar()
    done = session.execute(
        _TELL,
        {
            "lon": place.lon,
            "lat": place.lat,
            "ward": ward.code if ward else None,
            "categories": line,
            # of a week, so that two tasks at once tell nobody twice in it
            "occasion": f"near:{year}-{week:02}",
            "notice": NEAR,
            "work": work.id,
            "code": work.code,
            "title": mask.text(work.title),
            "at": utc_text(work.starts_at) if work.starts_at else "",
            "place": mask.text(side.meet_words),
            "channels": list(channels),
            "now": now,
            "week": now - WEEK,
            "fresh": work.starts_at,
        },
    )
    return changed_rows(done)
