"""Public events of emulation in the order of the feed: movements opened and announced, praise of units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, department_brief
from service.domain.emulation.shapes import Brief
from service.domain.works.views import ReadModel
from service.models import Commendation, Event, Movement, Subject, WorkEventType

TOLD: frozenset[str] = frozenset(
    {WorkEventType.MOVEMENT_OPENED, WorkEventType.STANDING_ANNOUNCED, WorkEventType.COMMENDATION_GIVEN}
)
"""Types that the public is told of, where the movement is public or the commendation is."""


class FeedSubject(ReadModel):
    """Movement or praise that an event is about; `unit` is its issuer or the unit that was praised. `title`
    is empty for praise that was taken back.
    """

    kind: str
    id: str
    title: str
    unit: Brief | None
    links: dict[str, str]


class EmulationFeedItem(ReadModel):
    """Public event of emulation. `cursor` stands just after it."""

    cursor: str
    type: str
    at: datetime
    subject: FeedSubject


@dataclass(frozen=True, slots=True)
class EmulationFeedPage:
    """Items in order, and the position to go on after."""

    items: Sequence[EmulationFeedItem]
    next: int


def read_emulation_feed(
    session: Session,
    reference: Reference,
    types: frozenset[str] | None,
    cursor_of: Callable[[int], str],
    public_url: str,
    *,
    after: int,
    limit: int,
) -> EmulationFeedPage:
    """Return the first public events of emulation after a position, oldest first.

    They are found by their subjects, of which there are a few hundred among millions of events of reports.
    """
    newest = session.scalar(select(func.max(Event.position))) or 0
    movements = select(cast(Movement.id, Text)).where(Movement.public)
    praise = select(cast(Commendation.id, Text)).where(Commendation.public)
    of_movement = and_(Event.subject_kind == Subject.MOVEMENT, Event.subject_id.in_(movements))
    of_praise = and_(Event.subject_kind == Subject.COMMENDATION, Event.subject_id.in_(praise))
    query = select(Event).where(
        Event.report_id.is_(None),
        or_(of_movement, of_praise),
        Event.public,
        Event.type.in_(sorted(TOLD if types is None else TOLD & types)),
        Event.position > after,
    )
    rows = list(session.scalars(query.order_by(Event.position).limit(limit)))
    base = public_url.rstrip("/")
    items = [
        EmulationFeedItem(
            cursor=cursor_of(event.position or 0),
            type=str(event.type),
            at=event.at,
            subject=_subject(session, reference, event, base),
        )
        for event in rows
    ]
    last = rows[-1].position if len(rows) == limit else None
    return EmulationFeedPage(items, last or max(after, newest))


def _subject(session: Session, reference: Reference, event: Event, base: str) -> FeedSubject:
    mask, id_ = reference.masking.general, str(event.subject_id)
    unit = department_brief(reference.departments.get(event.lead_id or 0))
    if event.subject_kind == Subject.COMMENDATION:
        row = session.get_one(Commendation, UUID(id_))
        title = mask.text(row.words) if row.withdrawn_at is None else ""
        links = {"page": f"{base}/praise"}
        return FeedSubject(kind="commendation", id=id_, title=title, unit=unit, links=links)
    movement = session.get_one(Movement, int(id_))
    announced = str(event.type) == WorkEventType.STANDING_ANNOUNCED
    links = {"page": f"{base}/standings/{id_}"} if announced else {}
    return FeedSubject(kind="movement", id=id_, title=mask.text(movement.title), unit=unit, links=links)
