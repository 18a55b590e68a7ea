"""Lists of one's work beside the queue: what was done, waits for inspection, was handed on, is supported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, false, func, literal_column, select, true, union
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.queries.conditions import conditions, index_alternatives
from service.domain.queries.lists import Key, list_reports
from service.domain.queries.views import StaffView, staff_views
from service.domain.reports.access import (
    departments_in_sight,
    former_cases,
    handed_to,
    sees_all,
    supported_by,
)
from service.domain.reports.events import Actor
from service.domain.reports.filters import (
    FilterReader,
    Filters,
    Params,
    categories_of,
    departments_of,
    wards_of,
)
from service.domain.workspaces.named_in_search import find_holder, is_held_by
from service.errors import invalid
from service.i18n import N_
from service.models import CASE_HOLDERS, DONE, FINISHED, OPEN, Report, Role, Status

ListName = Literal["open", "mine", "supports", "verify", "done", "handed_on", "closed"]
LIST_NAMES: tuple[ListName, ...] = get_args(ListName)

COUNTED = 1000
"""A list is counted no further: "1000+" says enough, and a million cases are not gone through for it."""

_STATUSES: Mapping[ListName, frozenset[Status] | None] = {
    "open": OPEN,
    "mine": OPEN,
    "supports": None,
    "verify": frozenset({Status.RESOLVED}),
    "done": DONE,
    "handed_on": None,
    "closed": FINISHED,
}


@dataclass(frozen=True, slots=True)
class WorkListQuery:
    """List and what narrows it. The month is that in which the reports came; `holder` is an account."""

    name: ListName
    month: tuple[datetime, datetime] | None = None
    categories: frozenset[int] | None = None
    wards: frozenset[int] | None = None
    departments: frozenset[int] | None = None
    holder: str = ""


@dataclass(frozen=True, slots=True)
class WorkListPage:
    """Page of a list, the newest report first; the count of every list with the same filters, up to
    `COUNTED`.
    """

    items: Sequence[StaffView]
    next: Key | None
    counts: Mapping[ListName, int]


def lists_of(actor: Actor) -> tuple[ListName, ...]:
    """Return the lists of the role; who holds, supports or hands on nothing has none of these."""
    if sees_all(actor):
        return ("open", "verify", "done", "handed_on", "closed")
    if actor.wards is not None:
        return ("open", "verify", "done", "closed")
    own = [name for name in LIST_NAMES if name != "mine" or actor.role in CASE_HOLDERS]
    if actor.role == Role.EXECUTOR:
        own.remove("supports")
    if former_cases(actor) is None:
        own.remove("handed_on")
    return tuple(own)


def read_list_query(reference: Reference, actor: Actor, params: Params) -> WorkListQuery:
    """Return what an address asks for; without a list the first of the role. Raises Invalid that names what
    is wrong.
    """
    reader = FilterReader(params)
    known: dict[str, ListName] = {name: name for name in lists_of(actor)}
    first = next(iter(known))
    name = reader.text("list") or first
    if name not in known:
        reader.wrong("list", N_("Hãy chọn một trong: {expected}."), expected=", ".join(known))
    departments = departments_of(reader, reference)
    query = WorkListQuery(
        name=known.get(name, known[first]),
        categories=categories_of(reader, reference),
        wards=wards_of(reader, reference),
        departments=departments
        and frozenset().union(*(reference.departments_below(each) for each in departments)),
        holder=reader.text("holder"),
    )
    reader.check()
    month = reader.text("month")
    return replace(query, month=_month(month, ZoneInfo(reference.timezone)) if month else None)


def read_work_list(
    session: Session,
    reference: Reference,
    actor: Actor,
    query: WorkListQuery,
    *,
    now: datetime,
    public_url: str,
    after: Key | None = None,
    limit: int = 50,
) -> WorkListPage:
    """Return one page of the list; counts are there for the first page alone."""
    person = find_holder(session, query.holder) if query.holder else None
    held = is_held_by([person] if person else []) if query.holder else true()
    filters, shown = _selected(actor, query, query.name)
    found = list_reports(session, filters, and_(shown, held), now=now, after=after, limit=limit)
    counts: dict[ListName, int] = {}
    for name in () if after else lists_of(actor):
        counts[name] = _count(session, *_selected(actor, query, name), held, now)
    items = staff_views(session, reference, found.rows, now=now, public_url=public_url, reader=actor)
    return WorkListPage(items, found.next, counts)


def _selected(actor: Actor, query: WorkListQuery, name: ListName) -> tuple[Filters, ColumnElement[bool]]:
    """Return a list as filters, and whose cases it holds as a condition on `Report`."""
    own, departments = departments_in_sight(actor), query.departments
    everything = own is None
    filters = Filters(
        statuses=_STATUSES[name],
        categories=query.categories,
        wards=query.wards,
        departments=departments if everything else own,
        created_after=query.month[0] if query.month else None,
        created_before=query.month[1] if query.month else None,
    )
    if name == "handed_on":
        former = former_cases(actor)
        gone = Report.former_ids != literal_column("'{}'::integer[]") if former is None else former
        return replace(filters, departments=None), gone if departments is None else and_(gone, _led(query))
    narrowed = true() if everything or departments is None else _led(query)
    if name == "mine":
        return replace(filters, departments=None), and_(Report.holder_id == actor.staff_id, narrowed)
    if name == "supports":
        return replace(filters, departments=None), and_(supported_by(actor.departments), narrowed)
    return filters, and_(handed_to(actor), narrowed)


def _led(query: WorkListQuery) -> ColumnElement[bool]:
    return Report.lead_id.in_(sorted(query.departments or ()))


def _count(
    session: Session,
    filters: Filters,
    shown: ColumnElement[bool],
    held: ColumnElement[bool],
    now: datetime,
) -> int:
    """Count the parts one by one, each from its own index up to `COUNTED`: for all at once the planner goes
    through every finished case of the city.
    """
    # Within a CASE it is looked at row by row: no index is chosen for it in place of the arm's.
    own = shown if filters.departments is None else case((shown, true()), else_=false())
    wanted = [own, held, *conditions(filters, now)]
    some = [
        select(Report.id).where(arm, *wanted).limit(COUNTED).subquery() for arm in index_alternatives(filters)
    ]
    each = union(*(select(part.c.id) for part in some)) if len(some) > 1 else select(some[0].c.id)
    number = session.scalar(select(func.count()).select_from(each.subquery())) or 0
    return min(number, COUNTED)


def _month(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise invalid(["query", "month"], N_("Hãy chọn một tháng.")) from None
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1) if first.year < 9999 else first
    begin, end = (datetime(each.year, each.month, 1, tzinfo=zone) for each in (first, after))
    return begin, end
