"""Deadlines of open cases counted anew after a holiday was announced or a day swapped.

Nothing moves by itself: an administrator sees how many cases it concerns and asks for it; a worker does it in
pieces, each case with an event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from service.domain.casework.case.deadline import Fact
from service.domain.configuration.administration.changes import EditStamp, lock_configuration
from service.domain.deadlines.clock import Clock
from service.domain.deadlines.deadlines import Policy
from service.domain.kernel.audit import write_entry
from service.domain.kernel.times import utc, utc_text
from service.domain.reports.events import Actor, record
from service.domain.rules.rulebook import Rulebook
from service.errors import Conflict
from service.i18n import N_
from service.models import HELD, DeadlinePolicy, Event, EventData, EventType, Recount, Report
from service.models.reports.event import ActorKind

BATCH = 200
MOST_FORESEEN = 5_000


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    """A case whose deadline would be another by the calendar in force."""

    code: str
    before: datetime
    after: datetime
    columns: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RecountPreview:
    """Result of a recount. `whole` is false where more cases are open than were looked at."""

    looked: int
    moved: Sequence[MovedDeadline]
    whole: bool

    @property
    def later(self) -> int:
        """Return how many would be due later."""
        return sum(each.after > each.before for each in self.moved)

    @property
    def earlier(self) -> int:
        """Return how many would be due earlier."""
        return len(self.moved) - self.later

    @property
    def span(self) -> tuple[datetime, datetime, datetime, datetime] | None:
        """Return the first and last deadline of those that move, before and after; None where none does."""
        if not self.moved:
            return None
        before, after = [each.before for each in self.moved], [each.after for each in self.moved]
        return min(before), max(before), min(after), max(after)


def preview_recount(session: Session, book: Rulebook, now: datetime) -> RecountPreview:
    """Return what counting anew would change, case by case. Nothing changes."""
    moved: list[MovedDeadline] = []
    looked, reached = 0, None
    while looked < MOST_FORESEEN:
        reports = _open(session, reached, lock=False)
        if not reports:
            return RecountPreview(looked, moved, whole=True)
        moved += [each for each in _counted(session, book, reports, now).values() if each]
        looked, reached = looked + len(reports), reports[-1].id
    return RecountPreview(looked, moved, whole=False)


def request_recount(session: Session, stamp: EditStamp) -> Recount:
    """Let a worker count anew. Raises Conflict while one is under way."""
    lock_configuration(session)
    if recount_under_way(session) is not None:
        raise Conflict(N_("Đang tính lại thời hạn. Hãy chờ xong rồi thử lại."))
    row = Recount(asked_at=stamp.at, staff_id=stamp.staff_id)
    session.add(row)
    session.flush()
    write_entry(session, "deadlines.recount_asked", str(row.id), at=stamp.at, staff_id=stamp.staff_id)
    session.flush()
    return row


def recount_under_way(session: Session) -> Recount | None:
    """Return the recount that is under way."""
    return session.scalar(select(Recount).where(Recount.done_at.is_(None)))


def latest_recount(session: Session) -> Recount | None:
    """Return the newest recount, done or under way."""
    return session.scalar(select(Recount).order_by(Recount.id.desc()).limit(1))


def recount_next(session: Session, book: Rulebook, now: datetime) -> int:
    """Count the next piece of the recount under way; how many cases were looked at, 0 when nothing is left.

    The piece and how far it came are one transaction: whoever dies in between has done nothing.
    """
    query = select(Recount).where(Recount.done_at.is_(None)).with_for_update(skip_locked=True)
    row = session.scalar(query)
    if row is None:
        return 0
    reports = _open(session, row.reached, lock=True)
    if not reports:
        row.done_at = now
        after = {"looked": row.looked, "moved": row.moved}
        write_entry(session, "deadlines.recounted", str(row.id), at=now, staff_id=row.staff_id, after=after)
        session.flush()
        return 0
    actor = Actor(ActorKind.STAFF, staff_id=row.staff_id)
    found = _counted(session, book, reports, now)
    for report in reports:
        if (each := found[report.id]) is not None:
            _move(session, report, each, actor, now)
            row.moved += 1
    row.looked += len(reports)
    row.reached = reports[-1].id
    session.flush()
    return len(reports)


def _move(session: Session, report: Report, moved: MovedDeadline, actor: Actor, now: datetime) -> None:
    for column, value in moved.columns.items():
        setattr(report, column, value)
    report.version += 1
    report.updated_at = now
    data: EventData = {"before": utc_text(moved.before), "after": utc_text(moved.after)}
    record(session, report, EventType.RECOUNTED, actor=actor, at=now, data=data)


def _open(session: Session, after: UUID | None, *, lock: bool) -> Sequence[Report]:
    query = (
        select(Report)
        .where(Report.status.in_(HELD), Report.due_at.is_not(None), Report.policy_id.is_not(None))
        .options(defer(Report.location), defer(Report.search))
        .order_by(Report.id)
        .limit(BATCH)
    )
    if after is not None:
        query = query.where(Report.id > after)
    return session.scalars(query.with_for_update(key_share=True) if lock else query).all()


def _counted(
    session: Session, book: Rulebook, reports: Sequence[Report], now: datetime
) -> dict[UUID, MovedDeadline | None]:
    """Yield the change of each report by the calendar in force, None where nothing changes."""
    rows = session.scalars(
        select(DeadlinePolicy).where(DeadlinePolicy.id.in_({each.policy_id for each in reports}))
    )
    policies = {row.id: Policy.of(row.code, row.spec) for row in rows}
    facts: dict[UUID, list[Fact]] = {each.id: [] for each in reports}
    columns = (Event.report_id, Event.type, Event.at, Event.status, Event.data)
    written = select(*columns).where(Event.report_id.in_(facts)).order_by(Event.id)
    for row in session.execute(written):
        facts[row.report_id].append(Fact(row.type, row.at, row.status, row.data))
    return {
        each.id: _one(book, each, policies[each.policy_id or 0], Clock.from_events(facts[each.id]), now)
        for each in reports
    }


def _one(book: Rulebook, report: Report, policy: Policy, clock: Clock, now: datetime) -> MovedDeadline | None:
    state = clock.state(policy.resolve, report.created_at, book.calendar, now, policy.amber_ratio)
    after = utc(state.at)
    if report.due_at is None or after == report.due_at:
        return None
    return MovedDeadline(
        report.code, report.due_at, after, {"due_at": after, "amber_at": utc(state.amber_at)}
    )
