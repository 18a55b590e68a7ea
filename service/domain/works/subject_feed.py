"""Public events of subjects beside reports, in the order of the feed: one reader, which each kind of subject
gives its rows and its own view of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.masking import Masking
from service.domain.works.views import ReadModel
from service.models import Event, Subject


class SubjectFeedItem(ReadModel):
    """Public event of a subject. `cursor` stands just after it; `data` depends on the type."""

    cursor: str
    type: str
    at: datetime
    data: dict[str, Any]


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

    def common(self, event: Event) -> dict[str, Any]:
        """Return the fields that items of every subject have, without `data`."""
        return {"cursor": self.cursor_of(event.position or 0), "type": str(event.type), "at": event.at}


@dataclass(frozen=True, slots=True)
class FeedSubject(Generic[Item]):
    """Kind of subject with public events. `rows` selects an event first, then what its view needs; it joins
    the subjects that are public: among millions of events of reports there are a few hundred of these.
    `types` are those told; None: every public one. `prefixes` are how their types begin.
    """

    kinds: tuple[Subject, ...]
    rows: Select[*tuple[Any, ...]]
    view: Callable[[Any, FeedReader], Item]
    prefixes: tuple[str, ...]
    types: frozenset[str] | None = None


def read_subject_feed(
    session: Session,
    subject: FeedSubject[Item],
    reader: FeedReader,
    types: frozenset[str] | None,
    *,
    after: int,
    limit: int,
) -> SubjectFeedPage[Item]:
    """Return the first public events of one kind of subject after a position, oldest first."""
    newest = session.scalar(select(func.max(Event.position))) or 0
    query = subject.rows.where(
        Event.report_id.is_(None), Event.subject_kind.in_(subject.kinds), Event.public, Event.position > after
    )
    wanted = types if subject.types is None else subject.types if types is None else subject.types & types
    if wanted is not None:
        query = query.where(Event.type.in_(sorted(wanted)))
    rows = session.execute(query.order_by(Event.position).limit(limit)).all()
    items = [subject.view(row, reader) for row in rows]
    last = rows[-1][0].position if len(rows) == limit else None
    return SubjectFeedPage(items, last or max(after, newest))
