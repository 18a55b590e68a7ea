"""Public events of works for the feed: of plans and clean-ups that are public."""

from __future__ import annotations

from sqlalchemy import Text, cast, select

from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import department_brief
from service.domain.works.subject_feed import FeedReader, FeedSubject, SubjectFeedItem, within_box
from service.domain.works.views import ReadModel
from service.models import Event, Subject, Work, WorkEventType, WorkKind

TOLD: frozenset[str] = frozenset(
    {
        WorkEventType.BEGUN,
        WorkEventType.DONE,
        WorkEventType.CLOSED,
        WorkEventType.CLEANUP_ANNOUNCED,
        WorkEventType.CLEANUP_CHANGED,
        WorkEventType.CLEANUP_CANCELLED,
        WorkEventType.CLEANUP_STARTED,
        WorkEventType.CLEANUP_RESULT,
        WorkEventType.CLEANUP_CLOSED,
        WorkEventType.HOTSPOT_EFFECT,
        WorkEventType.TREE_CHECKED,
    }
)
"""Types that the public is told of; what colleagues say to each other on the way is none of them."""
KINDS = (WorkKind.TASK, WorkKind.CLEANUP)
_TREES = ("species", "planted", "alive")
_EFFECT = ("before", "after", "control_before", "control_after", "effect", "lasting", "state")
_DATA = ("from", "to", "result", *_TREES, *_EFFECT)


class FeedWork(ReadModel):
    """A work that an event is about; `status` is the one the event left it in."""

    code: str
    kind: str
    title: str
    status: str
    lead: UnitBrief | None
    links: dict[str, str]


class WorkFeedItem(SubjectFeedItem):
    """Public event of a work; `data` has the step and the result's words, of trees how many live, of a hot
    spot its counts and effect.
    """

    work: FeedWork


def _item(row: tuple[Event, Work], reader: FeedReader) -> WorkFeedItem:
    event, work = row
    page = f"{reader.base}/cleanups/{work.code}"
    subject = FeedWork(
        code=work.code,
        kind=str(work.kind),
        title=reader.masking.text(work.title),
        status=str(event.status),
        lead=department_brief(reader.reference.departments.get(event.lead_id or 0)),
        links={"page": page} if work.kind == WorkKind.CLEANUP else {},
    )
    data = {key: reader.masking.values(event.data[key]) for key in _DATA if key in event.data}
    return WorkFeedItem(**reader.common(event), work=subject, data=data)


WORKS = FeedSubject(
    (Subject.WORK,),
    select(Event, Work)
    .join(Work, Event.subject_id == cast(Work.id, Text))
    .where(Work.public, Work.kind.in_(KINDS)),
    _item,
    prefixes=("work.", "cleanup.", "hotspot.", "tree."),
    types=TOLD,
    narrowed_by={
        "ward": Event.ward_id.in_,
        "department": Event.lead_id.in_,
        "bbox": within_box(Work.geom),
    },
)
