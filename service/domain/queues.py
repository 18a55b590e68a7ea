"""A person's own queue: the cases that wait for someone in their role, the most pressing first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from service.domain.events import Actor
from service.domain.queries.filters import Filters
from service.domain.queries.lists import Key, list_reports
from service.domain.queries.views import ReportView, public_views
from service.domain.reference import Reference
from service.models import OPEN_STATUSES, Report

HELD = frozenset({"assigned", "in_progress", "waiting"})

Colour = Literal["green", "amber", "red"]


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for whom: statuses (any, where None), whose cases, only late ones, in which order."""

    statuses: frozenset[str] | None
    own: ColumnElement[bool]
    sort: str
    late_only: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait, how many of them are past their deadline or close to it, and by status."""

    total: int
    late: int
    amber: int
    by_status: Mapping[str, int]


class WaitingCase(ReportView):
    """A waiting case: its public view, and what presses. `colour` is that of its deadline."""

    amber_at: datetime | None
    accept_due_at: datetime | None
    paused_at: datetime | None
    triage_reason: str | None
    colour: Colour | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue with the whole queue's figures; `next` is where the next page begins."""

    counts: Counts
    items: Sequence[WaitingCase]
    next: Key | None


def queue_of(actor: Actor) -> Queue:
    """The queue of a role: triage what is on the desk, departments and executors what they hold,
    inspectors what is to be verified, managers and administrators what is late.
    """
    if actor.role == "triage":
        return Queue(None, Report.desk_since.is_not(None), "desk_since")
    if actor.role == "department":
        return Queue(HELD, _among(Report.lead_id, actor), "due_at")
    if actor.role == "executor":
        return Queue(HELD, _among(Report.executor_id, actor), "due_at")
    scope = _among(Report.lead_id, actor) if actor.departments else true()
    if actor.role == "inspector":
        return Queue(frozenset({"resolved"}), scope, "updated_at")
    return Queue(frozenset(OPEN_STATUSES), scope, "due_at", late_only=True)


def read_queue(
    session: Session,
    reference: Reference,
    actor: Actor,
    *,
    now: datetime,
    after: Key | None,
    limit: int,
    public_url: str,
) -> QueuePage:
    """One page of the person's queue; as many queries however long the page is."""
    queue = queue_of(actor)
    filters = Filters(statuses=queue.statuses, overdue=True if queue.late_only else None)
    page = list_reports(session, filters, queue.own, now=now, sort=queue.sort, after=after, limit=limit)
    views = public_views(session, reference, page.rows, now=now, public_url=public_url, reader=actor)
    return QueuePage(count(session, queue, now), _pressing(session, views, now), page.next)


def count(session: Session, queue: Queue, now: datetime) -> Counts:
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
    columns = (Report.id, Report.amber_at, Report.accept_due_at, Report.paused_at, Report.triage_reason)
    found = session.execute(select(*columns).where(Report.id.in_([view.id for view in views])))
    rows = {row.id: row for row in found}
    return [
        WaitingCase(
            **dict(view),
            amber_at=(row := rows[view.id]).amber_at,
            accept_due_at=row.accept_due_at,
            paused_at=row.paused_at,
            triage_reason=row.triage_reason,
            colour=_colour(row.amber_at, view.due_at, row.paused_at or now),
        )
        for view in views
    ]


def _colour(amber_at: datetime | None, due_at: datetime | None, seen: datetime) -> Colour | None:
    if due_at is None:
        return None
    if due_at < seen:
        return "red"
    return "amber" if amber_at is not None and amber_at <= seen else "green"


def _past(column: Any, now: datetime) -> ColumnElement[bool]:
    """Passed by now, or before the work was done or the clock was stopped."""
    return func.coalesce(column < func.coalesce(Report.resolved_at, Report.paused_at, now), False)


def _among(column: Any, actor: Actor) -> ColumnElement[bool]:
    return column.in_(sorted(actor.departments))  # type: ignore[no-any-return]
