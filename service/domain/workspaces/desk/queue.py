"""Queue of the desk, emergencies first, then longest waiting first: filters, pages, counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select, true, tuple_
from sqlalchemy.orm import Session

from service.domain.casework.delayed_steps import is_step_delayed
from service.domain.city.reference import Reference
from service.domain.kernel.sql import AnySelect, plan_by_values
from service.domain.queries.conditions import conditions
from service.domain.queries.views import COLUMNS, StaffView, public_views
from service.domain.reports.desk_marks import KINDS, kinds_of
from service.domain.reports.events import Actor
from service.domain.reports.filters import FilterReader, Filters, Params, read_filters
from service.domain.workspaces.desk.reservations import (
    DeskReservationView,
    is_put_off,
    is_taken_by,
    read_reservations,
)
from service.domain.workspaces.selection import ON_DESK
from service.i18n import N_
from service.models import EMERGENCY, ReceptionChannel, Report

ASKED = ("kind", "category", "ward", "channel", "q")
"""The parameters of the desk's address that narrow it; a saved filter is some of them."""


Show = Literal["", "mine", "later"]
"""All that waits, what the reader has taken, or what is put off."""

Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """Filters of the desk's queue; None means all."""

    rest: Filters
    kinds: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None

    def conditions(self, now: datetime, *, kinds: bool = True, later: bool = False) -> Conditions:
        """Return the filters as SQL; without `kinds` for counting each of them.

        What a coordinator has decided on waits no more, unless they take it back; what was put off is told
        by `later` alone.
        """
        found = [*conditions(self.rest, now), ~is_step_delayed()]
        found.append(is_put_off(now) if later else ~is_put_off(now))
        if self.channels:
            found.append(Report.channel.in_(self.channels))
        if kinds and self.kinds:
            found.append(Report.desk_reasons.overlap(_reasons(self.kinds)))
        return found


class DeskItem(StaffView):
    """Case that waits on the desk: its public view, why and since when it needs a person, and how
    it came in.
    """

    kinds: list[str]
    desk_since: datetime
    channel: str
    published: bool
    keeping: DeskReservationView | None = None


@dataclass(frozen=True, slots=True)
class DeskKey:
    """End of a page."""

    priority: int
    since: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Page; `counts` by kind and `total` are of everything that fits but for the kinds asked for. `mine` and
    `later` are how many the reader has taken, and how many are put off.
    """

    items: Sequence[DeskItem]
    counts: Mapping[str, int]
    total: int
    next: DeskKey | None
    mine: int = 0
    later: int = 0


def read_filter(reference: Reference, params: Params) -> DeskFilter:
    """Return the filter of an address. Raises Invalid that names every wrong parameter."""
    reader = FilterReader(params)
    kinds, channels = reader.values("kind"), reader.values("channel")
    for name, values, known in (
        ("kind", kinds, tuple(KINDS)),
        ("channel", channels, tuple(ReceptionChannel)),
    ):
        if set(values) - set(known):
            reader.wrong(name, N_("Hãy chọn một trong: {expected}."), expected=", ".join(known))
    reader.check()
    rest = read_filters(reference, {name: params.get(name) for name in ("category", "ward", "q")})
    return DeskFilter(rest, tuple(kinds) or None, tuple(channels) or None)


def read_desk(
    session: Session,
    reference: Reference,
    filters: DeskFilter,
    actor: Actor,
    *,
    now: datetime,
    after: DeskKey | None = None,
    limit: int = 50,
    show: Show = "",
) -> DeskPage:
    """Return one page of the desk as this coordinator reads it; as many queries however long it is."""
    plan_by_values(session)
    rows = session.execute(page_query(filters, now, after, limit + 1, _shown(show, actor))).all()
    more, rows = len(rows) > limit, rows[:limit]
    views = public_views(session, reference, rows, now=now, public_url="", reader=actor)
    keeping = read_reservations(session, actor, [row.id for row in rows], now)
    items = [
        DeskItem(
            **dict(view),
            kinds=kinds_of(row.desk_reasons),
            desk_since=row.desk_since,
            channel=row.channel,
            published=row.published,
            emergency=row.priority == EMERGENCY,
            keeping=keeping.get(row.id),
        )
        for view, row in zip(views, rows, strict=True)
    ]
    counts, total = _counts(session, filters, now)
    following = DeskKey(rows[-1].priority, rows[-1].desk_since, rows[-1].id) if more else None
    return DeskPage(items, counts, total, following, *_kept(session, filters, actor, now))


def page_query(
    filters: DeskFilter,
    now: datetime,
    after: DeskKey | None,
    limit: int,
    shown: tuple[bool, ColumnElement[bool]] = (False, true()),
) -> AnySelect:
    """Return the rows of a page, by the partial index of what waits."""
    own = (Report.desk_since, Report.desk_reasons, Report.channel, Report.published)
    later, which = shown
    query: AnySelect = select(*COLUMNS, *own).where(ON_DESK, *filters.conditions(now, later=later), which)
    if after is not None:
        here = tuple_(Report.priority, Report.desk_since, Report.id)
        query = query.where(here > tuple_(literal(after.priority), literal(after.since), literal(after.id)))
    return query.order_by(Report.priority, Report.desk_since, Report.id).limit(limit)


def count_each(session: Session, filters: Sequence[DeskFilter], now: datetime) -> list[int]:
    """Return how many wait for each of the filters, in one look at the desk."""
    if not filters:
        return []
    plan_by_values(session)
    numbers = [
        func.count().filter(*found) if (found := each.conditions(now)) else func.count() for each in filters
    ]
    return list(session.execute(select(*numbers).where(ON_DESK)).one())


def _shown(show: Show, actor: Actor) -> tuple[bool, ColumnElement[bool]]:
    return show == "later", is_taken_by(actor) if show == "mine" else true()


def _kept(session: Session, filters: DeskFilter, actor: Actor, now: datetime) -> tuple[int, int]:
    """Return how many of them the reader has taken, and how many are put off."""
    numbers = [
        select(func.count()).select_from(Report).where(ON_DESK, *found)
        for found in (
            (*filters.conditions(now), is_taken_by(actor)),
            filters.conditions(now, later=True),
        )
    ]
    mine, later = (session.scalar(each) or 0 for each in numbers)
    return mine, later


def _counts(session: Session, filters: DeskFilter, now: datetime) -> tuple[dict[str, int], int]:
    """Return the counts by kind and in all; a report that waits for two reasons counts for both, and once
    in all.
    """
    waiting = (ON_DESK, *filters.conditions(now, kinds=False))
    query = select(Report.desk_reasons, func.count()).where(*waiting).group_by(Report.desk_reasons)
    counts, total = dict.fromkeys(KINDS, 0), 0
    for reasons, number in session.execute(query):
        total += number
        for kind in kinds_of(reasons):
            counts[kind] += number
    return counts, total


def _reasons(kinds: Sequence[str]) -> list[str]:
    return [reason for kind in kinds for reason in KINDS[kind]]
