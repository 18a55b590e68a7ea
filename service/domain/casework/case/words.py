"""Words of staff that come with a step: an internal note, a public reply. Remarks of citizens are
`comments.py`.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from service.domain.reports.events import Actor, record
from service.models import Comment, EventData, EventType, Report


def say(
    session: Session,
    report: Report,
    kind: str,
    text: str,
    *,
    public: bool,
    actor: Actor,
    at: datetime,
    id: UUID | None = None,  # noqa: A002 - the comment's own word
    repeat_key: str | None = None,
) -> Comment:
    """Add a comment and the event that tells it; what is not public is told to staff alone.

    The event names the comment and does not repeat its words, so that they can be taken away. `repeat_key`
    tells a retry of these words from the same words of somebody else.
    """
    comment = Comment(
        id=id or uuid4(),
        report_id=report.id,
        kind=kind,
        public=public and report.published,
        text=text,
        staff_id=actor.staff_id,
        created_at=at,
    )
    session.add(comment)
    data: EventData = {"comment": str(comment.id), "kind": kind}
    record(
        session, report, EventType.COMMENT_ADDED, actor=actor, at=at, public=public, data=data
    ).repeat_key = repeat_key
    return comment
