"""Cases that wait for a role: which, in groups page by page, and the times that press.

The views are beside it: `queues.py` (API), `worklist.py` (page of the held cases and its file), `rounds.py`
(inspectors), `desk/queue.py` (coordinators).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, literal_column, select, true
from sqlalchemy.orm import Session

from service.domain.deadlines.deadlines import Unit
from service.domain.kernel.sql import in_values
from service.domain.queries.lists import Key, ListRow, list_reports
from service.domain.reports.events import Actor
from service.domain.reports.filters import Filters
from service.models import EMERGENCY, HELD, OPEN, DeadlinePolicy, ExtensionRequest, Report, Role, Status

IS_EMERGENCY: ColumnElement[bool] = Report.priority == literal_column(str(EMERGENCY))
"""Condition written as the partial index of emergencies has it: a bound value would not match that index."""

ON_DESK: ColumnElement[bool] = Report.desk_since.is_not(None)

GroupT = TypeVar("GroupT")


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
class GroupStart(Generic[GroupT]):
    """Start of a page: in which group, after which case (None: with the first)."""

    group: GroupT
    after: Key | None


@dataclass(frozen=True, slots=True)
class GroupedRows(Generic[GroupT]):
    """Rows of COLUMNS with their group, and where the next page begins."""

    rows: Sequence[tuple[GroupT, ListRow]]
    next: GroupStart[GroupT] | None


@dataclass(frozen=True, slots=True)
class CaseTimes:
    """Times of a case and what presses besides. `unit` counts its deadline; `asks_more` says that a request
    for time waits.
    """

    id: UUID
    created_at: datetime
    due_at: datetime | None
    amber_at: datetime | None
    accept_due_at: datetime | None
    paused_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    holder_id: int | None
    triage_reason: str | None
    unit: Unit
    asks_more: bool


def queue_of(actor: Actor) -> QueueDefinition:
    """Return the queue of a role: triage what is on the desk, departments and executors what they hold,
    inspectors what is to be verified, managers and administrators what is late.
    """
    if actor.role == Role.TRIAGE:
        return QueueDefinition(None, ON_DESK, "desk_since")
    if actor.role == Role.DEPARTMENT:
        return QueueDefinition(HELD, in_values(Report.lead_id, actor.departments), "due_at")
    if actor.role == Role.EXECUTOR:
        return QueueDefinition(HELD, in_values(Report.executor_id, actor.departments), "due_at")
    if actor.role == Role.INSPECTOR:
        return QueueDefinition(frozenset({Status.RESOLVED}), watched_cases(actor), "updated_at")
    return QueueDefinition(OPEN, watched_cases(actor), "due_at", late_only=True)


def watched_cases(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for cases of the person's departments and those below, or of their wards; of all,
    without any.
    """
    if actor.wards is not None:
        return Report.ward_id.in_(sorted(actor.wards))
    return in_values(Report.lead_id, actor.departments) if actor.departments else true()


def list_grouped(
    session: Session,
    filters: Filters,
    groups: Mapping[GroupT, ColumnElement[bool]],
    *,
    now: datetime,
    sort: str,
    after: GroupStart[GroupT] | None,
    limit: int,
) -> GroupedRows[GroupT]:
    """Return one page of the cases that fit `filters`, group after group in their order, each by `sort`.

    A query for every group that the page reaches: each goes by an index, their union could use none. Nothing
    is found where the page is to begin in a group that is not among them.
    """
    names = list(groups)
    if after is not None:
        names = names[names.index(after.group) :] if after.group in groups else []
    rows: list[tuple[GroupT, ListRow]] = []
    for name in names:
        if len(rows) >= limit:
            return GroupedRows(rows, GroupStart(name, None))
        start = after.after if after is not None and after.group == name else None
        page = list_reports(
            session, filters, groups[name], now=now, sort=sort, after=start, limit=limit - len(rows)
        )
        rows += [(name, row) for row in page.rows]
        if page.next:
            return GroupedRows(rows, GroupStart(name, page.next))
    return GroupedRows(rows, None)


def read_times(session: Session, ids: Collection[UUID]) -> Mapping[UUID, CaseTimes]:
    """Return the times of the cases by id, in one query."""
    if not ids:
        return {}
    asks = exists().where(ExtensionRequest.report_id == Report.id, ExtensionRequest.state == "open")
    unit = DeadlinePolicy.spec["resolve"]["unit"].as_string()
    query = (
        select(
            Report.id,
            Report.created_at,
            Report.due_at,
            Report.amber_at,
            Report.accept_due_at,
            Report.paused_at,
            Report.resolved_at,
            Report.closed_at,
            Report.holder_id,
            Report.triage_reason,
            func.coalesce(unit, "hours").label("unit"),
            asks.label("asks_more"),
        )
        .outerjoin(DeadlinePolicy, DeadlinePolicy.id == Report.policy_id)
        .where(Report.id.in_(ids))
    )
    return {row.id: CaseTimes(**row._mapping) for row in session.execute(query)}
