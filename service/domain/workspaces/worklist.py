"""The cases that a person's role holds as a list to work through: grouped by deadline, with the time left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, true
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.city import calendar_of
from service.domain.city.reference import Reference
from service.domain.deadlines.standing import DeadlineStanding, standing_of
from service.domain.kernel.codes import tidy_code
from service.domain.kernel.texts import tidy
from service.domain.people.colleagues import names_of
from service.domain.queries.conditions import conditions, index_alternatives, is_past_due
from service.domain.queries.lists import ListRow
from service.domain.reports.access import supported_by
from service.domain.reports.events import Actor
from service.domain.reports.filters import FilterReader, Filters, Params, categories_of
from service.domain.workspaces.selection import (
    IS_EMERGENCY,
    CaseTimes,
    GroupStart,
    list_grouped,
    queue_of,
    read_times,
)
from service.i18n import N_
from service.models import (
    CLOCK_STANDS,
    EMERGENCY,
    HELD,
    Report,
    Role,
    Status,
)

Group = Literal["emergency", "late", "today", "week", "later", "paused"]
GROUPS: tuple[Group, ...] = get_args(Group)
Scope = Literal["all", "mine", "free", "support"]
"""`support`: what the person's departments help with, led by others."""


@dataclass(frozen=True, slots=True)
class WorklistFilters:
    """Filters of the held cases: by holder, and narrowed by group, status, categories and words."""

    scope: Scope = "all"
    group: Group | None = None
    status: str | None = None
    categories: frozenset[int] | None = None
    words: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """Case of the list. `holder` is a colleague's name, `asks_more` that a request for time waits."""

    id: UUID
    code: str
    version: int
    status: str
    category_id: int
    description: str
    address: str
    ward_id: int | None
    lead_id: int | None
    executor_id: int | None
    created_at: datetime
    due_at: datetime | None
    accept_due_at: datetime | None
    paused_at: datetime | None
    standing: DeadlineStanding | None
    holder: str | None
    group: Group
    asks_more: bool

    @property
    def emergency(self) -> bool:
        """Return whether it is one."""
        return self.group == "emergency"


@dataclass(frozen=True, slots=True)
class WorklistCounts:
    """Counts of the worklist: `groups` of what the filters let through, `mine` and `free` of all."""

    total: int
    groups: Mapping[Group, int]
    mine: int
    free: int


@dataclass(frozen=True, slots=True)
class Worklist:
    """Page, and where the next begins: in which group, after which case."""

    figures: WorklistCounts
    items: Sequence[WorkItem]
    next: GroupStart[Group] | None


def read_worklist(
    session: Session,
    reference: Reference,
    calendar: Calendar,
    actor: Actor,
    narrowing: WorklistFilters,
    *,
    now: datetime,
    after: GroupStart[Group] | None = None,
    limit: int = 50,
) -> Worklist:
    """Return one page of what the person's role holds, the most pressing group first; a fixed number of
    queries.
    """
    filters, narrowed = _selected(actor, narrowing)
    groups = {
        group: and_(*narrowed, _in_group(group, now, calendar))
        for group in GROUPS
        if narrowing.group in (None, group)
    }
    found = list_grouped(session, filters, groups, now=now, sort="due_at", after=after, limit=limit)
    figures = _figures(session, actor, narrowing, now, calendar)
    return Worklist(figures, _items(session, calendar, found.rows, now), found.next)


def read_worklist_filters(reference: Reference, params: Params) -> WorklistFilters:
    """Return what an address asks for. Raises Invalid that names every wrong parameter."""
    reader = FilterReader(params)
    scopes: dict[str, Scope] = {each: each for each in get_args(Scope)}
    groups: dict[str, Group] = {each: each for each in GROUPS}
    scope, group = reader.text("scope"), reader.text("group")
    for name, value, known in (("scope", scope, [*scopes]), ("group", group, [*groups])):
        if value and value not in known:
            reader.wrong(name, N_("Hãy chọn một trong: {expected}."), expected=", ".join(known))
    categories = categories_of(reader, reference)
    reader.check()
    words, status = tidy(reader.text("q")), reader.text("status")
    return WorklistFilters(
        scope=scopes.get(scope, "all"),
        group=groups.get(group),
        status=Status(status) if status in tuple(Status) else None,
        categories=categories,
        words=words or None,
        code=tidy_code(words),
    )


def conditions_of(
    reference: Reference, actor: Actor, narrowing: WorklistFilters, now: datetime
) -> list[ColumnElement[bool]]:
    """Return the conditions on `Report` of a whole list, in no order: for downloading it as a file."""
    filters, found = _selected(actor, narrowing)
    if narrowing.group:
        # Only the zone matters here, not which days are worked.
        found.append(
            _in_group(narrowing.group, now, calendar_of(reference.timezone, reference.config, {}, {}))
        )
    return [*found, or_(*index_alternatives(filters)), *conditions(filters, now)]


def _selected(actor: Actor, narrowing: WorklistFilters) -> tuple[Filters, list[ColumnElement[bool]]]:
    """Return what is wanted as filters, and whose cases as conditions on `Report`; the group is left out."""
    statuses, own = _held_by(actor)
    filters = Filters(
        statuses=statuses & {narrowing.status} if narrowing.status else statuses,
        categories=narrowing.categories,
        words=narrowing.words,
        code=narrowing.code,
    )
    if narrowing.scope == "support":
        return filters, [_helping(actor)]
    return filters, [own, _scope(actor, narrowing.scope)]


def _held_by(actor: Actor) -> tuple[frozenset[str], ColumnElement[bool]]:
    """Return what the role's queue holds; who watches over cases sees all that are held in their scope."""
    if actor.role == Role.TRIAGE:
        return HELD, true()
    queue = queue_of(actor)
    return HELD if queue.late_only or queue.statuses is None else queue.statuses, queue.own


def _scope(actor: Actor, scope: str) -> ColumnElement[bool]:
    if scope == "mine":
        return Report.holder_id == actor.staff_id
    if scope == "free":
        return Report.holder_id.is_(None)
    return true()


def _helping(actor: Actor) -> ColumnElement[bool]:
    return supported_by(actor.departments)


def _in_group(group: Group, now: datetime, calendar: Calendar) -> ColumnElement[bool]:
    """Return the condition for a group of the held cases. Emergencies are a group of their own, the first."""
    if group == "emergency":
        return IS_EMERGENCY
    return and_(Report.priority != EMERGENCY, _by_deadline(group, now, calendar))


def _by_deadline(group: Group, now: datetime, calendar: Calendar) -> ColumnElement[bool]:
    late = is_past_due(now)
    if group == "late":
        return late
    paused = Report.status.in_(CLOCK_STANDS)
    if group == "paused":
        return and_(paused, not_(late))
    today = calendar.midnight_after(calendar.local(now).date())
    week = calendar.midnight_after(_last_day_of_week(calendar, now))
    running = and_(not_(late), not_(paused))
    if group == "today":
        return and_(running, Report.due_at < today)
    if group == "week":
        return and_(running, Report.due_at >= today, Report.due_at < week)
    return and_(running, or_(Report.due_at.is_(None), Report.due_at >= week))


def _last_day_of_week(calendar: Calendar, now: datetime) -> date:
    here = calendar.local(now).date()
    return here + timedelta(days=6 - here.weekday())


def _figures(
    session: Session, actor: Actor, narrowing: WorklistFilters, now: datetime, calendar: Calendar
) -> WorklistCounts:
    statuses, own = _held_by(actor)
    held = Report.status.in_(sorted(statuses))
    filters, narrowed = _selected(actor, narrowing)
    chosen = [*narrowed, *conditions(filters, now), or_(*index_alternatives(filters))]
    groups = [func.count().filter(and_(*chosen, _in_group(group, now, calendar))) for group in GROUPS]
    mine, free = (func.count().filter(_scope(actor, each)) for each in ("mine", "free"))
    # One look at what is held; what the departments help with is held by others.
    helps = narrowing.scope == "support"
    counted = [func.count(), mine, free] if helps else [*groups, func.count(), mine, free]
    found = [*session.execute(select(*counted).where(held, own)).one()]
    if helps:
        found = [*session.execute(select(*groups).where(held, _helping(actor))).one(), *found]
    return WorklistCounts(found[-3], dict(zip(GROUPS, found[:-3], strict=True)), found[-2], found[-1])


def _items(
    session: Session, calendar: Calendar, found: Sequence[tuple[Group, ListRow]], now: datetime
) -> list[WorkItem]:
    times = read_times(session, [row.id for _, row in found])
    names = names_of(session, [each.holder_id for each in times.values()])
    return [_item(calendar, group, row, times[row.id], names, now) for group, row in found]


def _item(
    calendar: Calendar,
    group: Group,
    row: ListRow,
    times: CaseTimes,
    names: Mapping[int, str],
    now: datetime,
) -> WorkItem:
    return WorkItem(
        id=row.id,
        code=row.code,
        version=row.version,
        status=row.status,
        category_id=row.category_id,
        description=row.description,
        address=row.address,
        ward_id=row.ward_id,
        lead_id=row.lead_id,
        executor_id=row.executor_id,
        created_at=row.created_at,
        due_at=row.due_at,
        accept_due_at=times.accept_due_at,
        paused_at=row.paused_at,
        standing=standing_of(calendar, times.unit, times, now),
        holder=names.get(times.holder_id or 0),
        group=group,
        asks_more=times.asks_more,
    )
