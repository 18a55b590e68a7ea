"""Public events of emulation for the feed: movements opened and announced, praise of units."""

from __future__ import annotations

from sqlalchemy import Text, and_, cast, or_, select

from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import department_brief
from service.domain.works.subject_feed import FeedReader, FeedSubject, SubjectFeedItem
from service.domain.works.views import ReadModel
from service.models import Commendation, Event, Movement, Subject, WorkEventType

TOLD: frozenset[str] = frozenset(
    {WorkEventType.MOVEMENT_OPENED, WorkEventType.STANDING_ANNOUNCED, WorkEventType.COMMENDATION_GIVEN}
)
"""Types that the public is told of, where the movement is public or the commendation is."""


class FeedEmulation(ReadModel):
    """Movement or praise that an event is about; `unit` is its issuer or the unit that was praised. `title`
    is empty for praise that was taken back.
    """

    kind: str
    id: str
    title: str
    unit: UnitBrief | None
    links: dict[str, str]


class EmulationFeedItem(SubjectFeedItem):
    """Public event of emulation; its `data` is empty."""

    subject: FeedEmulation


def _item(row: tuple[Event, Movement | None, Commendation | None], reader: FeedReader) -> EmulationFeedItem:
    event, movement, praise = row
    unit = department_brief(reader.reference.departments.get(event.lead_id or 0))
    mask = reader.reference.masking.general
    kind, title, links = "movement", "", {}
    if movement is not None:
        title = mask.text(movement.title)
        if str(event.type) == WorkEventType.STANDING_ANNOUNCED:
            links = {"page": f"{reader.base}/standings/{movement.id}"}
    elif praise is not None:
        kind, links = "commendation", {"page": f"{reader.base}/praise"}
        title = mask.text(praise.words) if praise.withdrawn_at is None else ""
    subject = FeedEmulation(kind=kind, id=str(event.subject_id), title=title, unit=unit, links=links)
    return EmulationFeedItem(**reader.common(event), data={}, subject=subject)


EMULATION = FeedSubject(
    (Subject.MOVEMENT, Subject.COMMENDATION),
    select(Event, Movement, Commendation)
    .outerjoin(
        Movement,
        and_(Event.subject_kind == Subject.MOVEMENT, Event.subject_id == cast(Movement.id, Text)),
    )
    .outerjoin(
        Commendation,
        and_(Event.subject_kind == Subject.COMMENDATION, Event.subject_id == cast(Commendation.id, Text)),
    )
    .where(or_(Movement.public, Commendation.public)),
    _item,
    prefixes=("movement.", "standing.", "commendation."),
    types=TOLD,
    narrowed_by={"department": Event.lead_id.in_},
)
