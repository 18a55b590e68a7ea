"""Queue of a role as the API gives it: the cases that wait, the most pressing first, and their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, literal_column, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.deadlines.clock import Colour
from service.domain.deadlines.standing import colour_of
from service.domain.queries.lists import ListRow
from service.domain.queries.views import ReportView, StaffView, public_views
from service.domain.reports.events import Actor
from service.domain.reports.filters import Filters
from service.domain.workspaces.selection import (
    IS_EMERGENCY,
    GroupStart,
    QueueDefinition,
    list_grouped,
    queue_of,
    read_times,
)
from service.models import EMERGENCY, ORDINARY, Report, Status


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
class QueuePage:
    """Page of a queue with the whole queue's figures; `next` is where the next page begins, in which
    priority.
    """

    counts: Counts
    items: Sequence[WaitingCase]
    next: GroupStart[int] | None


def read_queue(
    session: Session,
    reference: Reference,
    actor: Actor,
    *,
    now: datetime,
    after: GroupStart[int] | None,
    limit: int,
    public_url: str,
) -> QueuePage:
    """Return one page of the person's queue, emergencies first; as many queries however long the page is."""
    queue = queue_of(actor)
    filters = Filters(statuses=queue.statuses, overdue=True if queue.late_only else None)
    found = list_grouped(
        session,
        filters,
        {
            EMERGENCY: and_(queue.own, IS_EMERGENCY),
            ORDINARY: and_(queue.own, Report.priority == literal_column(str(ORDINARY))),
        },
        now=now,
        sort=queue.sort,
        after=after,
        limit=limit,
    )
    rows = [row for _, row in found.rows]
    views = public_views(session, reference, rows, now=now, public_url=public_url, reader=actor)
    return QueuePage(count_queue(session, queue, now), _pressing(session, views, rows, now), found.next)


def count_queue(session: Session, queue: QueueDefinition, now: datetime) -> Counts:
    """Return the queue's figures, in one query."""
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


def _pressing(
    session: Session, views: Sequence[ReportView], rows: Sequence[ListRow], now: datetime
) -> list[WaitingCase]:
    times = read_times(session, [row.id for row in rows])
    return [
        WaitingCase(
            **dict(view),
            amber_at=(pressing := times[view.id]).amber_at,
            accept_due_at=pressing.accept_due_at,
            paused_at=pressing.paused_at,
            triage_reason=pressing.triage_reason,
            emergency=row.priority == EMERGENCY,
            colour=colour_of(pressing, now),
        )
        for view, row in zip(views, rows, strict=True)
    ]


def _past(column: object, now: datetime) -> ColumnElement[bool]:
    """Passed by now, or before the work was done or the clock was stopped."""
    return func.coalesce(column < func.coalesce(Report.resolved_at, Report.paused_at, now), False)
