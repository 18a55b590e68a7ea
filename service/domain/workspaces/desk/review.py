"""Parts of the desk beyond the case file: why the case is there, the suggestion, what lies around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from service.domain.casework.delayed_steps import DelayedStepView, delayed_steps
from service.domain.city.reference import Reference
from service.domain.queries.similar import SimilarReport, nearest_reports
from service.domain.queries.views import ReportView, public_views
from service.domain.reports.access import Access, Asker
from service.domain.reports.desk_marks import kinds_of
from service.domain.reports.events import Actor
from service.domain.reports.filters import Circle, Filters
from service.domain.reports.flags import Flags, read_flags
from service.domain.rules.rulebook import Rulebook
from service.domain.workspaces.casefile import CaseFile
from service.domain.workspaces.desk.reservations import DeskReservationView, read_reservations
from service.domain.workspaces.desk.senders import find_sender
from service.domain.workspaces.desk.suggestion import Suggestion, suggest_assignment
from service.errors import NotFound
from service.i18n import N_, Language
from service.models import OPEN, Report, Role, Status

NEARBY_M, SAME_PLACE_M = 200.0, 40.0
TWIN_LEAST_M, TWIN_REACH = 60.0, 3.0
"""How far a twin may be: three times the category's radius, at least so many metres."""

SAME_PLACE_DAYS = 730
MOST_TWINS, MOST_NEAR, MOST_BEFORE = 4, 8, 5
DONE = frozenset({Status.RESOLVED, Status.CLOSED, Status.REJECTED})


@dataclass(frozen=True, slots=True)
class SenderView:
    """The sender by their pseudonym, and the newest of `total` other reports of theirs."""

    mark: str
    total: int
    others: Sequence[ReportView]


@dataclass(frozen=True, slots=True)
class DeskReview:
    """Parts of the desk's panes. `kinds` say why a coordinator is needed; `twins` may be the same thing;
    `unpublished` are those of the reports around it that the public does not see; `held` is a step that
    waits, `keeping` who has taken the case, and until when it is put off.
    """

    kinds: Sequence[str]
    suggestion: Suggestion | None
    twins: Sequence[SimilarReport]
    nearby: Sequence[SimilarReport]
    before: Sequence[SimilarReport]
    sender: SenderView | None
    unpublished: frozenset[UUID]
    flags: Flags
    held: DelayedStepView | None
    keeping: DeskReservationView | None


def read_review(
    session: Session,
    reference: Reference,
    book: Rulebook,
    asker: Asker,
    file: CaseFile,
    *,
    now: datetime,
    language: Language,
) -> DeskReview:
    """Return what the desk shows of that case beyond the case file. Raises NotFound for whoever is no
    coordinator.
    """
    access, report = file.access, file.access.report
    if access.actor.role != Role.TRIAGE:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    around = _Around(session, reference, report, access.actor, now)
    twins, before = around.twins(), around.before()
    nearby = around.nearby({twin.id for twin in twins})
    sender = _sender(session, reference, access, asker.key, now)
    others = sender.others if sender else ()
    return DeskReview(
        kinds=kinds_of(report.desk_reasons),
        suggestion=suggest_assignment(session, book, report, language),
        twins=twins,
        nearby=nearby,
        before=before,
        sender=sender,
        unpublished=_unpublished(session, [*twins, *nearby, *before, *others]),
        flags=read_flags(session, report.id),
        held=next(iter(delayed_steps(session, access.actor, [report.id])), None),
        keeping=read_reservations(session, access.actor, [report.id], now).get(report.id),
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

    def _near(self, radius_m: float) -> Circle:
        return Circle(self.report.lon, self.report.lat, radius_m)

    def _list(self, filters: Filters, most: int, but: frozenset[UUID]) -> list[SimilarReport]:
        hidden = but | {self.report.id}
        found = nearest_reports(
            self.session,
            self.reference,
            filters,
            true(),
            now=self.now,
            public_url="",
            reader=self.actor,
            limit=most + len(hidden),
        )
        return [each for each in found if each.id not in hidden][:most]


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
