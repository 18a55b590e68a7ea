"""Public events of subjects beside reports, in the order of the feed: one reader, which each kind of subject
gives its rows and its own view of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from geo.points import BBox
from service.domain.city.reference import Reference
from service.domain.kernel.masking import Masking
from service.domain.kernel.sql import AnyRow, AnySelect
from service.domain.works.views import ReadModel
from service.errors import FieldError, Invalid
from service.i18n import N_
from service.models import Event, Subject


class SubjectFeedItem(ReadModel):
    """Public event of a subject. `cursor` stands just after it; `data` depends on the type."""

    cursor: str
    type: str
    at: datetime
    data: dict[str, object]


Item = TypeVar("Item", bound=SubjectFeedItem)


@dataclass(frozen=True, slots=True)
class SubjectFeedPage(Generic[Item]):
    """Items in order, and the position to go on after."""

    items: Sequence[Item]
    next: int


@dataclass(frozen=True, slots=True)
class FeedReader:
    """Help for the views of subjects: names of units, masking for the public, cursors, the public address."""

    reference: Reference
    cursor_of: Callable[[int], str]
    public_url: str

    @property
    def base(self) -> str:
        """Return the public address without the slash at its end."""
        return self.public_url.rstrip("/")

    @property
    def masking(self) -> Masking:
        """Return how texts are masked that belong to no category."""
        return self.reference.masking.of(())

    def common(self, event: Event) -> dict[str, object]:
        """Return the fields that items of every subject have, without `data`."""
        return {"cursor": self.cursor_of(event.position or 0), "type": str(event.type), "at": event.at}


@dataclass(frozen=True, slots=True)
class SubjectFilters:
    """Filters of the feed beside types; None means any. Wards and departments are ids."""

    ward: frozenset[int] | None = None
    department: frozenset[int] | None = None
    bbox: BBox | None = None
    category: frozenset[str] | None = None


Narrowing = Callable[[Any], ColumnElement[bool]]
"""Condition of a filter's value: ids of wards or departments, codes of categories, a box."""


def within_box(geom: InstrumentedAttribute[object]) -> Narrowing:
    """Return how a box narrows subjects that lie there; what has no place lies in none."""
    return lambda box: func.ST_Intersects(geom, func.ST_MakeEnvelope(*box, 4326))


@dataclass(frozen=True, slots=True)
class FeedSubject(Generic[Item]):
    """Kind of subject with public events. `rows` selects an event first, then what its view needs; it joins
    the subjects that are public: among millions of events of reports there are a few hundred of these.
    `types` are those told; None: every public one. `prefixes` are how their types begin; `narrowed_by` the
    filters that it has, each as a condition.
    """

    kinds: tuple[Subject, ...]
    rows: AnySelect
    view: Callable[[AnyRow, FeedReader], Item]
    prefixes: tuple[str, ...]
    types: frozenset[str] | None = None
    narrowed_by: Mapping[str, Narrowing] = field(default_factory=dict)

    def conditions(self, filters: SubjectFilters) -> list[ColumnElement[bool]]:
        """Return what the filters mean. Raises Invalid naming those that this kind of subject has not: an
        answer as if they had not been asked for would be taken for one.
        """
        values = {each.name: getattr(filters, each.name) for each in fields(filters)}
        narrowed = {name: value for name, value in values.items() if value is not None}
        lacking = sorted(narrowed.keys() - self.narrowed_by.keys())
        if lacking:
            message = N_("Tin về những việc này không lọc theo “{name}” được.")
            wrong = [FieldError(("query", name), message, {"name": name}) for name in lacking]
            raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=wrong)
        return [self.narrowed_by[name](value) for name, value in narrowed.items()]


def read_subject_feed(
    session: Session,
    subject: FeedSubject[Item],
    reader: FeedReader,
    types: frozenset[str] | None,
    *,
    after: int,
    limit: int,
    filters: SubjectFilters | None = None,
) -> SubjectFeedPage[Item]:
    """Return the first public events of one kind of subject after a position, oldest first. Raises Invalid
    for filters that it has not.
    """
    narrowed = subject.conditions(filters or SubjectFilters())
    newest = session.scalar(select(func.max(Event.position))) or 0
    query = subject.rows.where(
        Event.report_id.is_(None), Event.subject_kind.in_(subject.kinds), Event.public, Event.position > after
    ).where(*narrowed)
    event_types = (
        types if subject.types is None else subject.types if types is None else subject.types & types
    )
    if event_types is not None:
        query = query.where(Event.type.in_(sorted(event_types)))
    rows = session.execute(query.order_by(Event.position).limit(limit)).all()
    items = [subject.view(row, reader) for row in rows]
    last = rows[-1][0].position if len(rows) == limit else None
    return SubjectFeedPage(items, last or max(after, newest))
