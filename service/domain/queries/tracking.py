"""All that a report's own page tells, for whoever looks: the view, what happened, what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from service.domain.cables.near import routes_near
from service.domain.cables.views import RouteView
from service.domain.casework.citizens.comments import CommentView, comments_for
from service.domain.casework.passing_time.follow_up import FollowUpState, follow_up_state
from service.domain.city.reference import Reference
from service.domain.city.search.elsewhere import StreetElsewhere, street_of_report
from service.domain.deadlines.standing import DeadlineStanding
from service.domain.notices.channels import Channels
from service.domain.notices.report_subscriptions import Watch, watches
from service.domain.queries.conversation import OpenQuestion, count_other_witnesses, open_question
from service.domain.queries.detail import OwnReportView, ReporterDetail, report_view
from service.domain.queries.photo_details import list_photos
from service.domain.queries.report_news import latest_news
from service.domain.queries.timeline import TimelineEvent, timeline
from service.domain.queries.views import ReportView
from service.domain.reports.access import NOBODY, Access, Asker, find_report
from service.domain.reports.drafts import UNSURE_M
from service.domain.reports.edges import WITHDRAWABLE
from service.domain.reports.photos import PhotoView
from service.domain.rules.rulebook import RulebookCache, standing_of_report
from service.errors import NotFound
from service.models import DONE, ENDED_ELSEWHERE, FINISHED, OPEN, Report, Status
from service.models.reports.event import ActorKind
from service.models.reports.photo import PhotoState

MOST_EVENTS = 500


@dataclass(frozen=True, slots=True)
class Tracking:
    """A report on its own page. `role` is who looks (anonymous, reporter, follower, staff), `may` what the
    page offers (the domain decides again when it is done); `original_code` where a duplicate went,
    `watches` how this person is told of it, `waiting` photos of followers that the reporter may show.
    `others` saw the same, `pending` photos of the reporter are being made ready, `follow_up` is asked some
    time after the end; `newest` is the event up to which the page tells everything. `last_chance` is until
    when a report that has ended may be reopened or looked at again, `rough` that its place is a guess,
    `cables` what is planned for cables right there, `elsewhere` that the address names a street of another
    ward: told to its sender and to colleagues while the report is open.
    """

    view: ReportView
    role: str
    events: Sequence[TimelineEvent]
    comments: Sequence[CommentView]
    own: ReporterDetail | None
    may: frozenset[str]
    original_code: str | None
    finished_at: datetime | None
    watches: Sequence[Watch] = ()
    waiting: Sequence[PhotoView] = ()
    standing: DeadlineStanding | None = None
    question: OpenQuestion | None = None
    others: int = 0
    pending: int = 0
    follow_up: FollowUpState | None = None
    newest: int = 0
    last_chance: datetime | None = None
    rough: bool = False
    cables: Sequence[RouteView] = ()
    elsewhere: StreetElsewhere | None = None


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
    """Return the report of that code as this asker sees it. Raises as `access.find_report`."""
    view = report_view(session, reference, asker, name, now=now, public_url=public_url)
    access = find_report(session, asker, view.id, now=now)
    own = view.own if isinstance(view, OwnReportView) else None
    events = timeline(session, reference, asker, view.id, now=now, limit=MOST_EVENTS).items
    comments = comments_for(session, asker, view.id, now, reference)
    waiting, pending = _photos(session, asker, access, now)
    return Tracking(
        view=view,
        role=access.actor.kind,
        events=events,
        comments=comments,
        own=own,
        may=_may(
            reference, access.report, access.actor.kind, now, rated=own is not None and own.rating is not None
        ),
        original_code=_public_code(session, access.report.duplicate_of_id, now),
        finished_at=access.report.resolved_at if view.status in DONE else None,
        watches=watches(session, channels, asker, view.code, now),
        waiting=waiting,
        standing=standing_of_report(session, books, access.report, now),
        question=open_question(reference, access.report, events, comments),
        others=count_other_witnesses(session, access.report.id),
        pending=pending,
        follow_up=follow_up_state(session, reference, access, now),
        newest=latest_news(session, [view.code])[view.code][2],
        last_chance=_last_chance(reference, access.report),
        rough=(access.report.accuracy_m or 0) > UNSURE_M,
        cables=_cables(session, reference, view, now),
        elsewhere=_elsewhere(session, reference, books, access),
    )


def _elsewhere(
    session: Session, reference: Reference, books: RulebookCache, access: Access
) -> StreetElsewhere | None:
    if access.actor.kind not in (ActorKind.REPORTER, ActorKind.STAFF):
        return None
    return street_of_report(session, reference, books.get(session).locator, access.report.id)


def _cables(session: Session, reference: Reference, view: ReportView, now: datetime) -> list[RouteView]:
    kind = reference.category_by_code.get(view.category)
    return routes_near(session, reference, kind, view.location.lon, view.location.lat, now)


def _photos(session: Session, asker: Asker, access: Access, now: datetime) -> tuple[Sequence[PhotoView], int]:
    """Return (photos of followers that wait for the reporter, how many of the reporter's own are not ready
    yet).
    """
    if access.actor.kind != ActorKind.REPORTER:
        return (), 0
    found, _ = list_photos(session, asker, access.report.id, now=now)
    waiting = [photo.view for photo in found if photo.waits and photo.state == PhotoState.READY]
    return waiting, sum(photo.published and photo.state == PhotoState.RAW for photo in found)


def _last_chance(reference: Reference, report: Report) -> datetime | None:
    """Return until when a closed report may be reopened, or one that was not accepted appealed."""
    ended = report.closed_at or report.updated_at
    if report.status == Status.CLOSED:
        return ended + timedelta(days=reference.config.reopen_days)
    if report.status == Status.REJECTED:
        return ended + timedelta(days=reference.config.appeal_days)
    return None


def _may(reference: Reference, report: Report, role: str, now: datetime, *, rated: bool) -> frozenset[str]:
    status, last_chance = report.status, _last_chance(reference, report)
    in_time = last_chance is not None and now <= last_chance
    citizen, reporter = role in ("reporter", "follower"), role == "reporter"
    offers = {
        "comment": citizen and status not in ENDED_ELSEWHERE,
        "photo": citizen and status not in FINISHED,
        "rate": reporter and status in DONE and not rated,
        "reopen": citizen and status == Status.CLOSED and in_time,
        "appeal": reporter and status == Status.REJECTED and in_time,
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
