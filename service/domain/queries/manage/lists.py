"""The list behind a figure: open emergencies, then the newest, or what is most late; how many are in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select, true, tuple_
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.figures.counted_days import read_facts
from service.domain.figures.days import CountedDaysCache
from service.domain.figures.reckon import ReportColumns
from service.domain.kernel.sql import plan_by_values
from service.domain.queries.conditions import conditions, overdue
from service.domain.queries.lists import ListRow
from service.domain.queries.manage.dashboard import Dashboard, reckon_dashboard
from service.domain.queries.manage.periods import period_at_hand
from service.domain.queries.manage.selection import Selection, with_moved
from service.domain.queries.views import COLUMNS, StaffView, staff_views
from service.domain.reports.events import Actor
from service.domain.reports.filters import Circle, Filters
from service.errors import Unavailable
from service.i18n import N_, pick
from service.models import EMERGENCY, OPEN, Report, RoutingRule

PLACE_M = 40
"""How far around a repeated place its reports are counted."""

MOST_FIRST = 50
"""So many open emergencies stand before all others; more of them would be no list but a catastrophe."""

_IS_URGENT: ColumnElement[bool] = and_(
    Report.priority == literal_column(str(EMERGENCY)),  # as its partial index says
    Report.status.in_(OPEN),
)


BY_LATENESS = frozenset({"late", "overdue"})
"""Outcomes whose lists begin with what is most late."""

STOPPED: ColumnElement[datetime] = func.coalesce(Report.resolved_at, Report.closed_at, Report.paused_at)
"""When a deadline was judged, as `deadlines.standing.seen_at`; null while it runs."""


@dataclass(frozen=True, slots=True)
class ListPosition:
    """Position in a list: the report of this `id`, after which a further page begins. A list by lateness is
    one of the moment `at` at which its first page was read, or reports would move between its pages; then
    `late` is how late the report was. Else `at` is when the report was received.
    """

    at: datetime
    id: UUID
    late: timedelta | None = None

    def written(self) -> list[str | float | None]:
        """Return the position as a cursor carries it."""
        late = self.late.total_seconds() if self.late is not None else None
        return [self.at.isoformat(), str(self.id), late]

    @classmethod
    def read(cls, values: Sequence[Any]) -> ListPosition:
        """Return the position that was `written`."""
        at, identity, late = values
        by = timedelta(seconds=late) if late is not None else None
        return cls(datetime.fromisoformat(at), UUID(identity), by)


@dataclass(frozen=True, slots=True)
class ManagedPage:
    """Page of a list, where the next begins, and how many reports the whole list has."""

    items: list[StaffView]
    next: ListPosition | None
    number: int


def list_selected(
    session: Session,
    reference: Reference,
    selection: Selection,
    actor: Actor,
    *,
    now: datetime,
    after: ListPosition | None = None,
    limit: int = 50,
    cache: CountedDaysCache | None = None,
) -> ManagedPage:
    """Return one page of the reports that `selection` means, as this manager reads them: what is most late
    first where lateness is what is asked for, else the open emergencies and then the newest.
    """
    selection = with_moved(session, selection, ZoneInfo(reference.timezone), now)
    number = number_of(session, reference, selection, now=now, cache=cache)
    if not number:  # which to find out one by one would take longest
        return ManagedPage([], None, 0)
    plan_by_values(session, one_core=True)
    zone = ZoneInfo(reference.timezone)
    if selection.outcome in BY_LATENESS:
        others = replace(selection, outcome="").conditions(zone, now)
        rows, following = _most_late(session, selection.outcome, others, now, after, limit)
    else:
        rows, following = _newest(session, selection.conditions(zone, now), after, limit)
    items = staff_views(session, reference, rows, now=now, public_url="", reader=actor)
    return ManagedPage(items, following, number)


def _newest(
    session: Session,
    conditions: list[ColumnElement[bool]],
    after: ListPosition | None,
    limit: int,
) -> tuple[Sequence[ListRow], ListPosition | None]:
    newest = (Report.created_at.desc(), Report.id.desc())
    query = select(*COLUMNS).where(*conditions).order_by(*newest)
    urgent = session.execute(query.where(_IS_URGENT).limit(MOST_FIRST)).all()
    others = query.where(Report.id.not_in([row.id for row in urgent]))
    if after:
        others = others.where(tuple_(Report.created_at, Report.id) < tuple_(after.at, after.id))
    found = session.execute(others.limit(limit + 1)).all()
    more, found = len(found) > limit, found[:limit]
    following = ListPosition(found[-1].created_at, found[-1].id) if more else None
    return found if after else [*urgent, *found], following


def _most_late(
    session: Session,
    outcome: str,
    others: list[ColumnElement[bool]],
    now: datetime,
    after: ListPosition | None,
    limit: int,
) -> tuple[Sequence[ListRow], ListPosition | None]:
    """Read the running and the finished reports apart: each has an index by which the worst come first,
    both together would be sorted by the hundred thousand.
    """
    seen = after.at if after else now
    running = and_(overdue(now), func.coalesce(Report.resolved_at <= Report.due_at, true()))
    arms: list[tuple[ColumnElement[bool], ColumnElement[Any]]] = [
        (running, func.coalesce(STOPPED, seen) - Report.due_at)
    ]
    if outcome == "late":
        arms.append((Report.resolved_at > Report.due_at, Report.resolved_at - Report.due_at))
    rows: list[ListRow] = []
    for arm, late_by in arms:
        first = select(Report.id, late_by.label("late_by")).where(arm, *others)
        if after:
            first = first.where(tuple_(late_by, Report.id) < tuple_(after.late, after.id))
        # The few are chosen from the index alone, and only they are fetched.
        few = first.order_by(late_by.desc(), Report.id.desc()).limit(limit + 1).subquery()
        rows += session.execute(select(*COLUMNS, few.c.late_by).join(few, few.c.id == Report.id))
    found = sorted(rows, key=lambda row: (row.late_by, row.id), reverse=True)[: limit + 1]
    more, found = len(found) > limit, found[:limit]
    return found, ListPosition(seen, found[-1].id, found[-1].late_by) if more else None


def number_of(
    session: Session,
    reference: Reference,
    selection: Selection,
    *,
    now: datetime,
    cache: CountedDaysCache | None = None,
) -> int:
    """Return how many reports are meant: from counted days where those can tell."""
    if selection.near is None:
        facts = read_facts(session, reference, selection.scope(), now, cache=cache)
        if facts is not None:
            return selection.number(facts)
    return count_selected(session, reference, selection, now=now)


def count_selected(session: Session, reference: Reference, selection: Selection, *, now: datetime) -> int:
    """Return how many reports are meant, counted one by one."""
    plan_by_values(session, one_core=True)
    zone = ZoneInfo(reference.timezone)
    found = with_moved(session, selection, zone, now).conditions(zone, now)
    return session.scalar(select(func.count()).select_from(Report).where(*found)) or 0


def managed_facts(
    session: Session,
    reference: Reference,
    selection: Selection,
    *,
    now: datetime,
    cache: CountedDaysCache | None = None,
) -> ReportColumns:
    """Return the facts of a dashboard. Raises Unavailable while nothing has been counted yet."""
    facts = read_facts(session, reference, selection.scope(), now, cells=True, cache=cache)
    if facts is None:
        raise Unavailable(N_("Số liệu đang được tính lần đầu. Hãy tải lại trang sau một phút."))
    return facts


def read_board(
    session: Session, reference: Reference, selection: Selection, *, now: datetime
) -> tuple[Dashboard, list[Selection]]:
    """Return the dashboard, and the list behind each of its repeated places."""
    facts = managed_facts(session, reference, selection, now=now)
    board = reckon_board(reference, facts, selection, rule_names(session), now)
    return board, behind_places(selection, board)


def reckon_board(
    reference: Reference, facts: ReportColumns, selection: Selection, rules: Mapping[int, str], now: datetime
) -> Dashboard:
    """Return the dashboard over `facts`, without the database; of a month where all time is asked for."""
    today = now.astimezone(ZoneInfo(reference.timezone)).date()
    period = selection.period or period_at_hand("month", today)
    return reckon_dashboard(reference, facts, selection, period, rules, today)


def behind_places(selection: Selection, board: Dashboard) -> list[Selection]:
    """Return each repeated place as the list behind it."""
    return [
        replace(selection, period=board.counted, near=Circle(round(s.lon, 6), round(s.lat, 6), PLACE_M))
        for s in board.places
    ]


def rule_names(session: Session) -> dict[int, str]:
    """Return what each rule is called, by number, in the language in use; the newest version's name."""
    rows = session.execute(select(RoutingRule.number, RoutingRule.name).order_by(RoutingRule.version))
    return {number: pick(name) for number, name in rows}


def count_places(
    session: Session, reference: Reference, selections: Sequence[Selection], *, now: datetime
) -> list[int]:
    """Return how many reports lie in the circle of each; they are the same selection but for the circle.

    One query: planning eight of them took longer than counting.
    """
    if not selections:
        return []
    plan_by_values(session, one_core=True)
    zone = ZoneInfo(reference.timezone)
    common = with_moved(session, replace(selections[0], near=None), zone, now).conditions(zone, now)
    circles = [and_(*conditions(Filters(near=each.near), now)) for each in selections]
    counted = select(*(func.count().filter(circle) for circle in circles)).where(*common, or_(*circles))
    return [int(number) for number in session.execute(counted).one()]
