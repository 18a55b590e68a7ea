"""The status feed: public events in the order of the positions that `domain/relay.py` gives them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from geo.points import BBox
from service.domain.city.reference import Reference
from service.domain.kernel.sql import in_array, in_values, plan_by_values
from service.domain.queries.views import (
    NamedCode,
    Place,
    ReportLinks,
    View,
    department_named,
    report_links,
    ward_named,
)
from service.domain.reports.filters import (
    FilterReader,
    Params,
    categories_of,
    codes_of,
    departments_of,
    wards_of,
)
from service.domain.works.subject_feed import SubjectFilters
from service.models import Event, EventType, Hiding, Report, Status

EventColumns = tuple[
    int | None,
    EventType,
    datetime,
    UUID,
    Status,
    int,
    int | None,
    int | None,
    float,
    float,
    dict[str, object],
    str,
    datetime | None,
]
"""As `_events` selects them."""
EventRow = Row[*EventColumns]
CursorOf = Callable[[int], str]
"""Makes the cursor that stands just after a position."""

TAKEN = frozenset({EventType.HIDDEN, EventType.SHOWN})
"""Events that carry the code alone also of a report that is public."""


class FeedReport(View):
    """A report as it was when the event happened; its code and addresses never change."""

    id: UUID
    code: str
    category: str
    status: str
    location: Place
    ward: NamedCode | None
    lead: NamedCode | None
    links: ReportLinks


class HiddenReport(View):
    """A report that is not public, or is just told to be so again: its code alone."""

    code: str


class FeedItem(View):
    """Public event. `cursor` stands just after it; `data` depends on the type.

    Every event of a report that was taken off the public pages answers as `report.hidden` with the code
    alone, at the place in the feed that it always had; `report.shown` carries no more.
    """

    cursor: str
    type: str
    at: datetime
    report: FeedReport | HiddenReport
    data: dict[str, object]


@dataclass(frozen=True, slots=True)
class FeedFilter:
    """Filters of events, by the report's state at the time; None means any. `department` is the lead,
    `reports` are codes.

    Events of a hidden report are `report.hidden` and nothing else: they fit every category, ward, department
    and box, or by asking for one after the other anybody would find out what they were. Their code is told.
    """

    categories: frozenset[str] | None = None
    wards: frozenset[str] | None = None
    departments: frozenset[str] | None = None
    types: frozenset[str] | None = None
    bbox: BBox | None = None
    reports: frozenset[str] | None = None

    @property
    def wants_all(self) -> bool:
        """Return whether nothing is left out."""
        return self == _ALL

    def fits(self, reference: Reference, row: EventRow) -> bool:
        """Return whether an event (a row of this module's queries) is wanted; the same as `conditions`."""
        if self.reports is not None and row.code not in self.reports:
            return False
        if row.hidden_at is not None:
            return self.wants_tombstones
        ward = reference.wards.get(row.ward_id)
        lead = reference.departments.get(row.lead_id)
        return (
            (self.types is None or row.type in self.types)
            and (self.bbox is None or self.bbox.contains(row.lon, row.lat))
            and (self.wards is None or (ward is not None and ward.code in self.wards))
            and (self.departments is None or (lead is not None and lead.code in self.departments))
            and (
                self.categories is None
                or not self.categories.isdisjoint(reference.categories[row.category_id].path)
            )
        )

    @property
    def wants_tombstones(self) -> bool:
        """Return whether events of hidden reports are wanted."""
        return self.types is None or EventType.HIDDEN in self.types

    def of_subjects(self, reference: Reference) -> SubjectFilters:
        """Return the filter for subjects beside reports; their types are asked for apart."""
        wards = None if self.wards is None else frozenset(_ids(self.wards, reference.ward_ids))
        leads = None
        if self.departments is not None:
            leads = frozenset(reference.department_by_code[code].id for code in self.departments)
        return SubjectFilters(wards, leads, self.bbox, self.categories)

    def conditions(self, reference: Reference) -> list[ColumnElement[bool]]:
        """Return the filter as SQL, for events of reports that are not hidden."""
        found = self.of_reports()
        if self.types is not None:
            found.append(in_values(Event.type, self.types))
        if self.bbox is not None:
            found.append(Event.lon.between(self.bbox.west, self.bbox.east))
            found.append(Event.lat.between(self.bbox.south, self.bbox.north))
        if self.wards is not None:
            found.append(in_values(Event.ward_id, _ids(self.wards, reference.ward_ids)))
        if self.departments is not None:
            known = {reference.department_by_code[code].id for code in self.departments}
            found.append(in_values(Event.lead_id, known))
        if self.categories is not None:
            found.append(in_values(Event.category_id, _ids(self.categories, reference.categories_below)))
        return found

    def of_reports(self) -> list[ColumnElement[bool]]:
        """Return the part of the filter that hidden reports are measured by too."""
        return [] if self.reports is None else [in_values(Report.code, self.reports)]


_ALL = FeedFilter()


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Rows in order, and the position to go on after."""

    rows: Sequence[EventRow]
    next: int


def read_feed_filter(reference: Reference, params: Params) -> FeedFilter:
    """Return the filter of a feed from its query parameters. Raises Invalid that names every wrong one."""
    reader = FilterReader(params)
    for check in (categories_of, wards_of, departments_of):
        check(reader, reference)
    bbox, reports = reader.bbox(), codes_of(reader, reference)
    codes = {
        name: frozenset(reader.values(name)) or None for name in ("category", "ward", "department", "type")
    }
    reader.check()
    return FeedFilter(codes["category"], codes["ward"], codes["department"], codes["type"], bbox, reports)


def newest_position(session: Session) -> int:
    """Return the position of the newest event that has one; 0 where there is none."""
    return session.scalar(select(func.max(Event.position))) or 0


def read_feed(
    session: Session, reference: Reference, filters: FeedFilter, *, after: int, limit: int
) -> FeedPage:
    """Return the first events after a position, oldest first.

    Whoever goes on at `next` sees every event once: positions only grow, in the order in which events became
    visible. A filtered page without events goes on at the newest position there was, so that what was looked
    through is not looked through again.
    """
    plan_by_values(session)
    newest = after if filters.wants_all else newest_position(session)
    rows: list[EventRow] = []
    for query in _parts(reference, filters):
        rows += session.execute(
            query.where(Event.position > after).order_by(Event.position).limit(limit)
        ).all()
    rows = sorted(rows, key=_position)[:limit]
    return FeedPage(rows, rows[-1].position if rows else max(after, newest))


def events_by_id(session: Session, ids: Sequence[int]) -> dict[int, EventRow]:
    """Return the events among `ids` that are in the feed by now, by id."""
    found = select(Event.id, Event.position).where(in_array(Event.id, ids), Event.position.is_not(None))
    positions = {position: identity for identity, position in session.execute(found)}
    rows = session.execute(_public_events().where(in_array(Event.position, positions))).all()
    return {positions[row.position]: row for row in rows}


def latest_events(
    session: Session,
    reference: Reference,
    filters: FeedFilter,
    *,
    before: int | None = None,
    limit: int,
    shown: bool = False,
) -> Sequence[EventRow]:
    """Return the last events (before a position), newest first; `shown`: without those of hidden reports."""
    plan_by_values(session)
    earlier = [Event.position < before] if before is not None else []
    rows: list[EventRow] = []
    for query in [_shown(reference, filters)] if shown else _parts(reference, filters):
        rows += session.execute(query.where(*earlier).order_by(Event.position.desc()).limit(limit)).all()
    return sorted(rows, key=_position, reverse=True)[:limit]


def feed_item(reference: Reference, row: EventRow, cursor_of: CursorOf, public_url: str) -> FeedItem:
    """Return a row as it is told, names in the language in use."""
    # Unpacked at once, for a page looks up a thousand names otherwise.
    position, kind, at, report_id, status, category_id, ward_id, lead_id, lon, lat, data, code, hidden_at = (
        row
    )
    if position is None:
        raise TypeError("an event of the feed has a position")
    if hidden_at is not None or kind in TAKEN:
        kind, at = (EventType.HIDDEN, hidden_at) if hidden_at is not None else (kind, at)
        return FeedItem(cursor=cursor_of(position), type=kind, at=at, report=HiddenReport(code=code), data={})
    report = FeedReport(
        id=report_id,
        code=code,
        category=reference.categories[category_id].code,
        status=status,
        location=Place(lon=lon, lat=lat),
        ward=ward_named(reference, ward_id),
        lead=department_named(reference, lead_id),
        links=report_links(public_url.rstrip("/"), report_id, code),
    )
    masked = reference.masking_of(category_id).values(data)
    return FeedItem(cursor=cursor_of(position), type=kind, at=at, report=report, data=masked)


def _position(row: EventRow) -> int:
    position: int = row.position
    return position


def _parts(reference: Reference, filters: FeedFilter) -> list[Select[*EventColumns]]:
    """Return the queries that find the wanted events together: each has an index of its own."""
    if filters.wants_all:
        return [_public_events()]
    found = [_shown(reference, filters)]
    if filters.wants_tombstones:
        found.append(_events().where(Hiding.at.is_not(None), *filters.of_reports()))
    return found


def _public_events() -> Select[*EventColumns]:
    return _events().where(or_(Report.published, Hiding.at.is_not(None)))


def _shown(reference: Reference, filters: FeedFilter) -> Select[*EventColumns]:
    return _events().where(Report.published, *filters.conditions(reference))


def _events() -> Select[*EventColumns]:
    """Return public events, with when their report was hidden. Those of a hidden report keep their positions
    (`feed_item`); those of one that is not published for another reason go with it.
    """
    return (
        select(
            Event.position,
            Event.type,
            Event.at,
            Event.report_id,
            Event.status,
            Event.category_id,
            Event.ward_id,
            Event.lead_id,
            Event.lon,
            Event.lat,
            Event.data,
            Report.code,
            Hiding.at.label("hidden_at"),
        )
        .join(Report, Report.id == Event.report_id)
        .outerjoin(Hiding, and_(Hiding.kind == "report", Hiding.subject_id == Report.id))
        .where(Event.public, Event.position.is_not(None))
    )


def _ids(codes: frozenset[str], find: Callable[[str], frozenset[int]]) -> set[int]:
    return {identity for code in codes for identity in find(code)}
