"""Case file for the desk: why the case is there, the suggestion, and what lies around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from service.domain.casework.citizens.comments import Said, comments_for
from service.domain.city.reference import Reference
from service.domain.deadlines.standing import DeadlineStanding
from service.domain.emergencies.taking import EmergencyView, emergency_of
from service.domain.queries.lists import list_reports
from service.domain.queries.similar import SimilarReport
from service.domain.queries.timeline import Timeline, timeline
from service.domain.queries.views import ReportView, public_view, public_views
from service.domain.reports.access import Access, Asker, find_report
from service.domain.reports.desk_marks import kinds_of
from service.domain.reports.events import Actor
from service.domain.reports.filters import Filters, Near
from service.domain.reports.flags import Flags, read_flags
from service.domain.reports.lifecycle import allowed
from service.domain.rules.rulebook import RulebookCache, standing_of_report
from service.domain.workspaces.casefile import last_event
from service.domain.workspaces.desk.senders import find_sender
from service.domain.workspaces.desk.suggestion import Suggestion, suggest
from service.errors import NotFound
from service.i18n import N_, Language
from service.models import OPEN, Report, Role, Status

NEARBY_M, SAME_PLACE_M = 200.0, 40.0
TWIN_LEAST_M, TWIN_REACH = 60.0, 3.0
"""How far a twin may be: three times the category's radius, at least so many metres."""

SAME_PLACE_DAYS = 730
MOST_TWINS, MOST_NEAR, MOST_BEFORE, MOST_STEPS = 4, 8, 5, 200
DONE = frozenset({Status.RESOLVED, Status.CLOSED, Status.REJECTED})


@dataclass(frozen=True, slots=True)
class SenderView:
    """The sender by their pseudonym, and the newest of `total` other reports of theirs."""

    mark: str
    total: int
    others: Sequence[ReportView]


@dataclass(frozen=True, slots=True)
class DeskCaseFile:
    """Everything the panes of the desk show of one case. `twins` may be the same thing; `seen` is the last
    event told here; `unpublished` are those of the reports around it that the public does not see.
    """

    view: ReportView
    kinds: Sequence[str]
    desk_since: datetime | None
    channel: str
    published: bool
    attributes: dict[str, Any]
    accuracy_m: float | None
    occurred_at: datetime | None
    allowed: Sequence[str]
    suggestion: Suggestion | None
    timeline: Timeline
    seen: int
    comments: Sequence[Said]
    twins: Sequence[SimilarReport]
    nearby: Sequence[SimilarReport]
    before: Sequence[SimilarReport]
    sender: SenderView | None
    unpublished: frozenset[UUID]
    flags: Flags
    original: str | None
    duplicates: Sequence[str]
    split: Sequence[str]
    emergency: EmergencyView | None
    standing: DeadlineStanding | None


def read_casefile(
    session: Session,
    reference: Reference,
    books: RulebookCache,
    asker: Asker,
    name: str,
    *,
    now: datetime,
    language: Language,
) -> DeskCaseFile:
    """The case of that id or code for a coordinator. Raises NotFound, also for other staff."""
    access = find_report(session, asker, name, now=now)
    report = access.report
    if access.actor.role != Role.TRIAGE:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    around = _Around(session, reference, report, access.actor, now)
    twins, before = around.twins(), around.before()
    nearby = around.nearby({twin.id for twin in twins})
    sender = _sender(session, reference, access, asker.key, now)
    others = sender.others if sender else ()
    return DeskCaseFile(
        view=public_view(session, reference, report, now=now, public_url="", reader=access.actor),
        kinds=kinds_of(report.desk_reasons),
        desk_since=report.desk_since,
        channel=report.channel,
        published=report.published,
        attributes=report.attributes,
        accuracy_m=report.accuracy_m,
        occurred_at=report.occurred_at,
        allowed=list(dict.fromkeys(allowed(report, access.actor))),
        suggestion=suggest(session, books.get(session), report, language),
        timeline=timeline(session, reference, asker, report.id, now=now, limit=MOST_STEPS),
        seen=last_event(session, report.id),
        comments=comments_for(session, asker, report.id, now, reference),
        twins=twins,
        nearby=nearby,
        before=before,
        sender=sender,
        unpublished=_unpublished(session, [*twins, *nearby, *before, *others]),
        flags=read_flags(session, report.id),
        emergency=emergency_of(session, report),
        standing=standing_of_report(session, books, report, now),
        **_relatives(session, report),
    )


@dataclass(frozen=True, slots=True)
class _Around:
    """Other reports around the place of one, by distance."""

    session: Session
    reference: Reference
    report: Report
    actor: Actor
    now: datetime

    def twins(self) -> list[SimilarReport]:
        """Open ones of the same kind near by, some weeks before or after: what may be the same thing."""
        category = self.reference.categories[self.report.category_id]
        span = timedelta(hours=max(category.duplicate_window_hours, 72) * 2)
        family = frozenset(self.reference.category_by_code[code].id for code in category.path)
        filters = Filters(
            near=self._near(max(TWIN_LEAST_M, TWIN_REACH * category.duplicate_radius_m)),
            categories=family | self.reference.categories_below(category.code),
            statuses=frozenset({*OPEN, Status.RESOLVED}),
            created_after=self.report.created_at - span,
            created_before=self.report.created_at + span,
        )
        return self._list(filters, MOST_TWINS, frozenset())

    def nearby(self, shown: set[UUID]) -> list[SimilarReport]:
        """Open ones of any kind around."""
        filters = Filters(near=self._near(NEARBY_M), statuses=OPEN)
        return self._list(filters, MOST_NEAR, frozenset(shown))

    def before(self) -> list[SimilarReport]:
        """Return what was done at the same place before."""
        filters = Filters(
            near=self._near(SAME_PLACE_M),
            statuses=DONE,
            created_after=self.now - timedelta(days=SAME_PLACE_DAYS),
        )
        return self._list(filters, MOST_BEFORE, frozenset())

    def _near(self, radius_m: float) -> Near:
        return Near(self.report.lon, self.report.lat, radius_m)

    def _list(self, filters: Filters, most: int, but: frozenset[UUID]) -> list[SimilarReport]:
        hidden = but | {self.report.id}
        wanted = most + len(hidden)
        page = list_reports(self.session, filters, true(), now=self.now, sort="distance", limit=wanted)
        rows = [row for row in page.rows if row.id not in hidden][:most]
        views = public_views(
            self.session, self.reference, rows, now=self.now, public_url="", reader=self.actor
        )
        return [
            SimilarReport(**dict(view), distance_m=round(row.key, 1))
            for view, row in zip(views, rows, strict=True)
        ]


def _sender(
    session: Session, reference: Reference, access: Access, key: bytes, now: datetime
) -> SenderView | None:
    found = find_sender(session, access.report.id, key)
    if found is None:
        return None
    others = public_views(session, reference, found.rows, now=now, public_url="", reader=access.actor)
    return SenderView(found.mark, found.total, others)


def _unpublished(session: Session, shown: Sequence[ReportView]) -> frozenset[UUID]:
    ids = {view.id for view in shown}
    found = select(Report.id).where(Report.id.in_(ids), Report.published.is_(False))
    return frozenset(session.scalars(found)) if ids else frozenset()


def _relatives(session: Session, report: Report) -> dict[str, Any]:
    """Codes of what it was merged into, what was merged into it, and what it was split from and into."""

    def codes(condition: Any) -> list[str]:
        return list(
            session.scalars(select(Report.code).where(condition).order_by(Report.created_at).limit(20))
        )

    original = codes(Report.id == report.duplicate_of_id) if report.duplicate_of_id else []
    source = codes(Report.id == report.split_from_id) if report.split_from_id else []
    return {
        "original": original[0] if original else None,
        "duplicates": codes(Report.duplicate_of_id == report.id),
        "split": source + codes(Report.split_from_id == report.id),
    }
