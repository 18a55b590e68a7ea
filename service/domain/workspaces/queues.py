"""A person's own queue: the cases that wait for someone in their role, the most pressing first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, literal_column, select, true
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.deadlines.clock import Colour
from service.domain.deadlines.standing import colour_of
from service.domain.queries.lists import Key, list_reports
from service.domain.queries.views import ReportView, StaffView, public_views
from service.domain.reports.events import Actor
from service.domain.reports.filters import Filters
from service.models import EMERGENCY, HELD, OPEN, ORDINARY, Report, Role, Status


@dataclass(frozen=True, slots=True)
class QueueDefinition:
    """Definition of a role's queue: statuses (any, where None), whose cases, only late ones, in
    which order.
    """

    statuses: frozenset[str] | None
    own: ColumnElement[bool]
    sort: str
    late_only: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of a queue: all, past their deadline, close to it, and by status."""

    total: int
    late: int
    amber: int
    by_status: Mapping[Status, int]


class WaitingCase(StaffView):
    """A waiting case: its public view, and what presses. `colour` is that of its deadline."""

    amber_at: datetime | None
    accept_due_at: datetime | None
    paused_at: datetime | None
    triage_reason: str | None
    colour: Colour | None


@dataclass(frozen=True, slots=True)
class Start:
    """Start of a page: among those of a priority, after which case (None: with the first)."""

    priority: int
    after: Key | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Page of a queue with the whole queue's figures; `next` is where the next page begins."""

    counts: Counts
    items: Sequence[WaitingCase]
    next: Start | None


def queue_of(actor: Actor) -> QueueDefinition:
    """The queue of a role: triage what is on the desk, departments and executors what they hold,
    inspectors what is to be verified, managers and administrators what is late.
    """
    if actor.role == Role.TRIAGE:
        return QueueDefinition(None, Report.desk_since.is_not(None), "desk_since")
    if actor.role == Role.DEPARTMENT:
        return QueueDefinition(HELD, _among(Report.lead_id, actor), "due_at")
    if actor.role == Role.EXECUTOR:
        return QueueDefinition(HELD, _among(Report.executor_id, actor), "due_at")
    scope = _among(Report.lead_id, actor) if actor.departments else true()
    if actor.role == Role.INSPECTOR:
        return QueueDefinition(frozenset({Status.RESOLVED}), scope, "updated_at")
    return QueueDefinition(OPEN, scope, "due_at", late_only=True)


def read_queue(
    session: Session,
    reference: Reference,
    actor: Actor,
    *,
    now: datetime,
    after: Start | None,
    limit: int,
    public_url: str,
) -> QueuePage:
    """Return one page of the person's queue, emergencies first; as many queries however long the page is."""
    queue = queue_of(actor)
    filters = Filters(statuses=queue.statuses, overdue=True if queue.late_only else None)
    start = after or Start(EMERGENCY, None)
    rows: list[Row[Any]] = []
    following: Start | None = start
    while following is not None and len(rows) < limit:
        start = following
        own = and_(queue.own, Report.priority == literal_column(str(start.priority)))
        page = list_reports(
            session, filters, own, now=now, sort=queue.sort, after=start.after, limit=limit - len(rows)
        )
        rows += page.rows
        if page.next:
            following = Start(start.priority, page.next)
        else:
            following = Start(ORDINARY, None) if start.priority == EMERGENCY else None
    views = public_views(session, reference, rows, now=now, public_url=public_url, reader=actor)
    return QueuePage(count(session, queue, now), _pressing(session, views, now), following)


def count(session: Session, queue: QueueDefinition, now: datetime) -> Counts:
    """The queue's figures, in one query."""
    late, amber = _past(Report.due_at, now), _past(Report.amber_at, now)
    query = (
        select(Report.status, func.count(), func.count().filter(late), func.count().filter(amber & ~late))
        .where(queue.own)
        .group_by(Report.status)
    )
    if queue.statuses is not None:
        query = query.where(Report.status.in_(sorted(queue.statuses)))
    rows = session.execute(query.where(late) if queue.late_only else query).all()
    by_status = {status: number for status, number, _, _ in rows}
    return Counts(
        sum(by_status.values()), sum(row[2] for row in rows), sum(row[3] for row in rows), by_status
    )


def _pressing(session: Session, views: Sequence[ReportView], now: datetime) -> list[WaitingCase]:
    columns = (
        *(Report.id, Report.amber_at, Report.accept_due_at, Report.paused_at, Report.due_at),
        *(Report.created_at, Report.resolved_at, Report.closed_at, Report.triage_reason, Report.priority),
    )
    found = session.execute(select(*columns).where(Report.id.in_([view.id for view in views])))
    rows = {row.id: row for row in found}
    return [
        WaitingCase(
            **dict(view),
            amber_at=(row := rows[view.id]).amber_at,
            accept_due_at=row.accept_due_at,
            paused_at=row.paused_at,
            triage_reason=row.triage_reason,
            emergency=row.priority == EMERGENCY,
            colour=colour_of(row, now),
        )
        for view in views
    ]


def _past(column: Any, now: datetime) -> ColumnElement[bool]:
    """Passed by now, or before the work was done or the clock was stopped."""
    return func.coalesce(column < func.coalesce(Report.resolved_at, Report.paused_at, now), False)


def _among(column: Any, actor: Actor) -> ColumnElement[bool]:
    return column.in_(sorted(actor.departments))  # type: ignore[no-any-return]
