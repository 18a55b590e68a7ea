"""Public events of works in the order of the feed: of plans and clean-ups that are public."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, department_brief
from service.domain.works.views import Brief, ReadModel
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
    lead: Brief | None
    links: dict[str, str]


class WorkFeedItem(ReadModel):
    """Public event of a work. `cursor` stands just after it; `data` has the step and the result's words,
    of trees how many live, of a hot spot its counts and effect."""

    cursor: str
    type: str
    at: datetime
    work: FeedWork
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WorkFeedPage:
    """Items in order, and the position to go on after."""

    items: Sequence[WorkFeedItem]
    next: int


def read_work_feed(
    session: Session,
    reference: Reference,
    types: frozenset[str] | None,
    cursor_of: Callable[[int], str],
    public_url: str,
    *,
    after: int,
    limit: int,
) -> WorkFeedPage:
    """Return the first public events of works after a position, oldest first.

    They are found by the works that are public, a few thousand, not among the events of reports.
    """
    newest = session.scalar(select(func.max(Event.position))) or 0
    wanted = TOLD if types is None else TOLD & types
    rows = session.execute(
        select(Event, Work)
        .join(Work, Event.subject_id == cast(Work.id, Text))
        .where(
            Work.public,
            Work.kind.in_(KINDS),
            Event.report_id.is_(None),
            Event.subject_kind == Subject.WORK,
            Event.public,
            Event.type.in_(sorted(wanted)),
            Event.position > after,
        )
        .order_by(Event.position)
        .limit(limit)
    ).all()
    items = [_item(reference, event, work, cursor_of, public_url.rstrip("/")) for event, work in rows]
    last = rows[-1][0].position if len(rows) == limit else None
    return WorkFeedPage(items, last or max(after, newest))


def _item(
    reference: Reference, event: Event, work: Work, cursor_of: Callable[[int], str], base: str
) -> WorkFeedItem:
    masking = reference.masking.of(())
    told = FeedWork(
        code=work.code,
        kind=str(work.kind),
        title=masking.text(work.title),
        status=str(event.status),
        lead=department_brief(reference.departments.get(event.lead_id or 0)),
        links={"page": f"{base}/cleanups/{work.code}"} if work.kind == WorkKind.CLEANUP else {},
    )
    return WorkFeedItem(
        cursor=cursor_of(event.position or 0),
        type=str(event.type),
        at=event.at,
        work=told,
        data={key: masking.values(event.data[key]) for key in _DATA if key in event.data},
    )
