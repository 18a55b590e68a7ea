"""Photos that a letter brings along: those that the public may see, small, of its own report alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Message, NoticeAudience, NoticeChannel, Photo
from service.models.reports.photo import PhotoState

BEFORE, AFTER = "report", "evidence"
_OF_STAFF = frozenset(
    {
        "staff_answered",
        "staff_assigned",
        "staff_emergency",
        "staff_extension",
        "staff_mention",
        "staff_overdue",
        "staff_step",
        "staff_triage",
        "staff_warned",
    }
)
_OF_CITIZENS: Mapping[str, tuple[str, ...]] = {
    "alert_done": (BEFORE, AFTER),
    "alert_new": (BEFORE,),
    "closed": (BEFORE, AFTER),
    "follow_up": (BEFORE, AFTER),
    "received": (BEFORE,),
    "reopened": (BEFORE,),
    "resolved": (BEFORE, AFTER),
}
"""Notices to citizens with photos: what was reported, what was done. A question, a code, and what is asked of
an address that nobody has confirmed bring none.
"""


@dataclass(frozen=True, slots=True)
class LetterPicture:
    """Photo of a letter: what it shows and under which key its thumbnail is stored."""

    id: UUID
    kind: str
    key: str


def shown_kinds(row: Message) -> tuple[str, ...]:
    """Return what kinds of photos the message brings: none but by e-mail."""
    if row.channel != NoticeChannel.EMAIL or row.report_id is None:
        return ()
    if row.notice in _OF_STAFF:
        return (BEFORE,)
    return _OF_CITIZENS.get(row.notice, ())


def read_pictures(session: Session, rows: Sequence[Message]) -> dict[UUID, dict[str, LetterPicture]]:
    """Return by report the first photo of what was reported and the newest of what was done.

    None that is hidden, waits for a colleague's look or is not rendered; a citizen's letter has none besides
    of a report that is not public (`pictures_for`).
    """
    reports = {row.report_id for row in rows if row.report_id and shown_kinds(row)}
    found: dict[UUID, dict[str, LetterPicture]] = {}
    if not reports:
        return found
    seen = (
        select(Photo.report_id, Photo.id, Photo.kind, Photo.thumbnail_key)
        .where(Photo.report_id.in_(reports), Photo.kind.in_((BEFORE, AFTER)))
        .where(Photo.state == PhotoState.READY, Photo.published)
        .order_by(Photo.created_at, Photo.id)
    )
    for row in session.execute(seen):
        own = found.setdefault(row.report_id, {})
        if row.kind == AFTER or BEFORE not in own:
            own[row.kind] = LetterPicture(row.id, row.kind, row.thumbnail_key)
    return found


def pictures_for(
    row: Message, known: Mapping[UUID, Mapping[str, LetterPicture]], *, public: bool
) -> tuple[LetterPicture, ...]:
    """Return the photos of this very message, what was reported first; `public` tells of its report."""
    if row.report_id is None or not (row.audience == NoticeAudience.STAFF or public):
        return ()
    own = known.get(row.report_id, {})
    return tuple(own[kind] for kind in shown_kinds(row) if kind in own)
