"""Filtered lists of reports, page by page without OFFSET."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union,
)
from sqlalchemy.orm import Session

from geo.points import BBox
from service.domain.city.reference import Reference
from service.domain.kernel.sql import AnyRow, AnySelect, plan_by_values
from service.domain.queries.conditions import conditions, distance_m, index_alternatives, text_condition
from service.domain.queries.views import COLUMNS, ReportView, public_views
from service.domain.reports.access import Asker, sees_all, visible
from service.domain.reports.filters import Circle, Filters
from service.models import Report

SORTS = ("-created_at", "created_at", "-updated_at", "updated_at", "due_at", "-due_at", "distance")
DEFAULT_SORT = "-created_at"


_FIRST_CIRCLE_M, _NEXT_CIRCLE = 100.0, 3.0

LOOKED_THROUGH = 8_000
"""Among so many reports words are sought one by one before the index of words is asked."""

MEASURED = 2_000
"""Among so many reports the edges of the map's first view are sought."""

Conditions = list[ColumnElement[bool]]
ListQuery = AnySelect
ListRow = AnyRow
"""A row of COLUMNS and `key`, by which the list is sorted: more columns than SQLAlchemy has types for."""


class Key(NamedTuple):
    """End of a page: the value it is sorted by (None: among those without one) and the report's id."""

    value: datetime | float | None
    id: UUID


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of COLUMNS and `key`, what the list is sorted by; where the next page begins, if there is one."""

    rows: Sequence[ListRow]
    next: Key | None


def list_reports(
    session: Session,
    filters: Filters,
    shown: ColumnElement[bool],
    *,
    now: datetime,
    sort: str = DEFAULT_SORT,
    after: Key | None = None,
    limit: int = 50,
) -> Page:
    """Return one page of the reports that fit `filters` and `shown` (see `access.visible`), in the order of
    `sort`.

    Reports without a deadline stand last where the deadline sorts. `distance` needs `filters.near`.
    """
    # One core a request, and room for the bitmap of a wide box.
    plan_by_values(session, work_mem="16MB", one_core=True)
    if sort == "distance" and filters.near:
        rows = _nearest(session, filters, filters.near, shown, now, after, limit + 1)
    else:
        rows = _first_saying(session, filters, shown, now, sort, after, limit + 1)
        if len(rows) <= limit:
            rows = _sorted(session, filters, [shown, *conditions(filters, now)], sort, after, limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, Key(rows[-1].key, rows[-1].id) if more else None)


@dataclass(frozen=True, slots=True)
class ViewPage:
    """The public views of one page, and where the next one begins."""

    items: list[ReportView]
    next: Key | None


def list_views(
    session: Session,
    reference: Reference,
    filters: Filters,
    asker: Asker,
    *,
    now: datetime,
    public_url: str,
    sort: str = DEFAULT_SORT,
    after: Key | None = None,
    limit: int = 50,
) -> ViewPage:
    """Return `list_reports` of what the asker may see, as public views.

    Nobody finds by a search what is masked to them.
    """
    searched = searchable(reference, filters, asker)
    page = list_reports(session, searched, visible(asker), now=now, sort=sort, after=after, limit=limit)
    views = public_views(session, reference, page.rows, now=now, public_url=public_url, reader=asker.staff)
    return ViewPage(views, page.next)


def find_extent(
    session: Session, reference: Reference, filters: Filters, asker: Asker, *, now: datetime
) -> BBox | None:
    """Return the smallest box around all that `list_views` would list, None where that is nothing.

    Beyond `MEASURED` reports the box is that of so many of them: more would move its edges by a street.
    """
    searched = searchable(reference, filters, asker)
    condition = and_(visible(asker), or_(*index_alternatives(searched)), *conditions(searched, now))
    some = select(Report.lon, Report.lat).where(condition).limit(MEASURED).subquery()
    edges = select(func.min(some.c.lon), func.min(some.c.lat), func.max(some.c.lon), func.max(some.c.lat))
    west, south, east, north = session.execute(edges).one()
    return None if west is None else BBox(west, south, east, north)


def searchable(reference: Reference, filters: Filters, asker: Asker) -> Filters:
    """Return the filters with their words as this asker may seek them."""
    if not filters.words:
        return filters
    if asker.staff and sees_all(asker.staff):
        return replace(filters, original=True)
    return replace(filters, words=reference.masking.general.text(filters.words))


def _sorted(
    session: Session, filters: Filters, condition: Conditions, sort: str, after: Key | None, limit: int
) -> list[ListRow]:
    descending, column = sort.startswith("-"), getattr(Report, sort.removeprefix("-"))
    rows: list[ListRow] = []
    if after is None or after.value is not None:
        valued = [*condition, *_beyond((column, Report.id), after, descending)]
        if column.nullable:
            valued.append(column.is_not(None))
        rows += session.execute(_page(index_alternatives(filters), valued, column, descending, limit))
    if column.nullable and len(rows) < limit:
        start = (Report.id > after.id) if after and after.value is None else true()
        empty = [*condition, column.is_(None), start]
        rows += session.execute(_page(index_alternatives(filters), empty, column, False, limit - len(rows)))
    return rows


def _first_saying(
    session: Session,
    filters: Filters,
    shown: ColumnElement[bool],
    now: datetime,
    sort: str,
    after: Key | None,
    limit: int,
) -> list[ListRow]:
    """Return a page of reports with the words among the first few thousand of all; short where that is not
    enough.

    Words come together, which the planner does not know: it takes phrases that thousands use for rare and
    would fetch them all. `IS TRUE` keeps it from the index of words: it goes through these few by their time.
    """
    descending, column = sort.startswith("-"), getattr(Report, sort.removeprefix("-"))
    if not filters.words or filters.code or column.nullable:
        return []
    order = (column.desc(), Report.id.desc()) if descending else (column, Report.id)
    beyond = _beyond((column, Report.id), after, descending)
    last = session.scalar(select(column).where(*beyond).order_by(*order).offset(LOOKED_THROUGH).limit(1))
    if last is None:
        return []
    condition = [shown, *conditions(replace(filters, words=None), now), text_condition(filters).is_(True)]
    condition += [*beyond, column >= last if descending else column <= last]
    return list(session.execute(_page(index_alternatives(filters), condition, column, descending, limit)))


def _nearest(
    session: Session,
    filters: Filters,
    near: Circle,
    shown: ColumnElement[bool],
    now: datetime,
    after: Key | None,
    limit: int,
) -> list[ListRow]:
    """Looks in growing circles, so that a wide one in the middle of the city is not measured whole."""
    key = distance_m(near)
    start = [shown, *_beyond((key, Report.id), after, descending=False)]
    radius_m = _FIRST_CIRCLE_M
    while True:
        radius_m = min(radius_m, near.radius_m)
        circle = replace(filters, near=replace(near, radius_m=radius_m))
        condition = [*start, *conditions(circle, now)]
        rows = list(session.execute(_page(index_alternatives(filters), condition, key, False, limit)))
        if len(rows) == limit or radius_m == near.radius_m:
            return rows
        radius_m *= _NEXT_CIRCLE


def _beyond(key: tuple[object, object], after: Key | None, descending: bool) -> Conditions:
    if after is None:
        return []
    here, there = tuple_(*key), tuple_(literal(after.value), literal(after.id))
    return [here < there if descending else here > there]


def _page(
    parts: Sequence[ColumnElement[bool]],
    condition: Conditions,
    key: SQLColumnExpression[object],
    descending: bool,
    limit: int,
) -> ListQuery:
    """Return the first `limit` rows by key and id. Each part is cut to `limit` by itself: it has its own
    index.
    """
    base = select(*COLUMNS, key.label("key")).where(*condition)

    def cut(query: ListQuery, *by: SQLColumnExpression[object]) -> ListQuery:
        return query.order_by(*(each.desc() if descending else each.asc() for each in by)).limit(limit)

    if len(parts) == 1:
        return cut(base.where(parts[0]), key, Report.id)
    found = union(*(select(cut(base.where(part), key, Report.id).subquery()) for part in parts)).subquery()
    return cut(select(found), found.c.key, found.c.id)
