"""Reports that ended before the rule that hides them was there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from service.domain.publication.publication import WITHDRAWN, HidingCause, hide_report
from service.domain.reports.events import SYSTEM
from service.models import Report, Status


def hide_withdrawn(session: Session, now: datetime, most: int) -> int:
    """Hide withdrawn reports that are still public, at most so many; how many there were."""
    query = (
        select(Report)
        .where(Report.status == Status.WITHDRAWN, Report.published)
        .options(defer(Report.search, raiseload=True), defer(Report.location, raiseload=True))
        .limit(most)
        .with_for_update(skip_locked=True, key_share=True)
    )
    found = session.scalars(query).all()
    for report in found:
        hide_report(session, report, HidingCause(WITHDRAWN), actor=SYSTEM, now=now)
    return len(found)
