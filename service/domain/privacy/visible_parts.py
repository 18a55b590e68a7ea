"""Parts of one report that are public or hidden, for those who decide it: itself, its photos, its
public comments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.privacy.visibility import HidingRecord, decides_visibility, hidden_parts
from service.domain.queries.photo_details import PhotoDetail, list_photos
from service.domain.reports.access import Asker, find_report
from service.models import Comment


@dataclass(frozen=True, slots=True)
class CommentPart:
    """A comment that is public, or is hidden."""

    id: UUID
    kind: str
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VisibleParts:
    """`hidden` tells by id why a part is not public; what waits was sent by a follower and never shown."""

    report_id: UUID
    code: str
    version: int
    published: bool
    photos: Sequence[PhotoDetail]
    comments: Sequence[CommentPart]
    hidden: dict[UUID, HidingRecord]

    @property
    def report(self) -> HidingRecord | None:
        """Return why the report itself is hidden; None while it is not."""
        return self.hidden.get(self.report_id)

    @property
    def waiting(self) -> int:
        """Return how many photos wait for somebody to let them be seen."""
        return sum(photo.waits for photo in self.photos)


def read_parts(session: Session, asker: Asker, name: str | UUID, *, now: datetime) -> VisibleParts | None:
    """Return what of a report is public; None for those who do not decide it. Raises as `find_report`."""
    access = find_report(session, asker, name, now=now)
    if not decides_visibility(access):
        return None
    report = access.report
    hidden = hidden_parts(session, report.id)
    photos, _ = list_photos(session, asker, report.id, now=now)
    rows = select(Comment).where(Comment.report_id == report.id).order_by(Comment.created_at, Comment.id)
    return VisibleParts(
        report_id=report.id,
        code=report.code,
        version=report.version,
        published=report.published,
        photos=[each for each in photos if each.shown or each.waits or each.hidden],
        comments=[
            CommentPart(each.id, each.kind, each.text, each.created_at)
            for each in session.scalars(rows)
            if each.public or each.id in hidden
        ],
        hidden=hidden,
    )
