"""All that a report's own page tells, for whoever looks: the view, what happened, what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.domain.casework.citizens.comments import Said, comments_for
from service.domain.city.reference import Reference
from service.domain.deadlines.standing import DeadlineStanding
from service.domain.notices.channels import Channels
from service.domain.notices.watching import Watch, watches
from service.domain.queries.detail import OwnReportView, ReporterDetail, report_view
from service.domain.queries.photo_details import list_photos
from service.domain.queries.timeline import TimelineEvent, timeline
from service.domain.queries.views import ReportView
from service.domain.reports.access import NOBODY, Asker, find_report
from service.domain.reports.edges import WITHDRAWABLE
from service.domain.reports.photos import PhotoView
from service.domain.rules.rulebook import RulebookCache, standing_of_report
from service.errors import NotFound
from service.models import DONE, ENDED_ELSEWHERE, FINISHED, OPEN, Report, Status

MOST_EVENTS = 500


@dataclass(frozen=True, slots=True)
class Tracking:
    """A report on its own page. `role` is who looks (anonymous, reporter, follower, staff), `may` what the
    page offers (the domain decides again when it is done); `original_code` where a duplicate went,
    `watches` how this person is told of it, `waiting` photos of followers that the reporter may show.
    """

    view: ReportView
    role: str
    events: Sequence[TimelineEvent]
    comments: Sequence[Said]
    own: ReporterDetail | None
    may: frozenset[str]
    original_code: str | None
    finished_at: datetime | None
    watches: Sequence[Watch] = ()
    waiting: Sequence[PhotoView] = ()
    standing: DeadlineStanding | None = None


def read_tracking(
    session: Session,
    reference: Reference,
    books: RulebookCache,
    channels: Channels,
    asker: Asker,
    name: str,
    *,
    now: datetime,
    public_url: str,
) -> Tracking:
    """The report of that code as this asker sees it. Raises as `access.find_report`."""
    view = report_view(session, reference, asker, name, now=now, public_url=public_url)
    access = find_report(session, asker, view.id, now=now)
    own = view.own if isinstance(view, OwnReportView) else None
    return Tracking(
        view=view,
        role=access.actor.kind,
        events=timeline(session, reference, asker, view.id, now=now, limit=MOST_EVENTS).items,
        comments=comments_for(session, asker, view.id, now, reference),
        own=own,
        may=_may(access.report, access.actor.kind, rated=own is not None and own.rating is not None),
        original_code=_public_code(session, access.report.duplicate_of_id, now),
        finished_at=access.report.resolved_at if view.status in DONE else None,
        watches=watches(session, channels, asker, view.code, now),
        waiting=_waiting(session, asker, view.id, now) if access.actor.kind == "reporter" else (),
        standing=standing_of_report(session, books, access.report, now),
    )


def _waiting(session: Session, asker: Asker, report_id: UUID, now: datetime) -> list[PhotoView]:
    found, _ = list_photos(session, asker, report_id, now=now)
    return [photo.view for photo in found if photo.waits and photo.state == "ready"]


def _may(report: Report, role: str, *, rated: bool) -> frozenset[str]:
    status = report.status
    citizen, reporter = role in ("reporter", "follower"), role == "reporter"
    offers = {
        "comment": citizen and status not in ENDED_ELSEWHERE,
        "photo": citizen and status not in FINISHED,
        "rate": reporter and status in DONE and not rated,
        "reopen": citizen and status == Status.CLOSED,
        "appeal": reporter and status == Status.REJECTED,
        "withdraw": reporter and status in WITHDRAWABLE,
        "follow": role == "anonymous" and status in OPEN,
    }
    return frozenset(name for name, offered in offers.items() if offered)


def _public_code(session: Session, report_id: UUID | None, now: datetime) -> str | None:
    if report_id is None:
        return None
    try:
        return find_report(session, NOBODY, report_id, now=now).report.code
    except NotFound:
        return None
