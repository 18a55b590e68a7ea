"""Notes from one shift of coordinators to the next: on the desk of all until somebody has read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import Actor
from service.domain.workspaces.desk.coordinators import coordinator_id
from service.errors import Conflict, NotFound
from service.i18n import N_
from service.models import HandoverNote, Staff

MOST_UNREAD = 20


class NewHandoverNote(StrictBody):
    """Words for the next shift."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


@dataclass(frozen=True, slots=True)
class UnreadNote:
    """Note that nobody has read; `by` is who wrote it."""

    id: int
    text: str
    by: str
    made_at: datetime


def unread_notes(session: Session) -> Sequence[UnreadNote]:
    """Return what was left to the next shift, the oldest first."""
    rows = session.execute(
        select(HandoverNote, Staff.name)
        .join(Staff, Staff.id == HandoverNote.staff_id)
        .where(HandoverNote.read_at.is_(None))
        .order_by(HandoverNote.id)
        .limit(MOST_UNREAD)
    )
    return [UnreadNote(each.id, each.text, by, each.made_at) for each, by in rows]


def leave_note(session: Session, actor: Actor, sent: NewHandoverNote, now: datetime) -> None:
    """Leave a note. Raises Forbidden but for coordinators, Conflict when too many wait."""
    staff_id = coordinator_id(actor)
    waiting = select(func.count()).select_from(HandoverNote).where(HandoverNote.read_at.is_(None))
    if (session.scalar(waiting) or 0) >= MOST_UNREAD:
        raise Conflict(N_("Đã có {most} ghi chú bàn giao chưa đọc. Hãy đọc bớt rồi ghi."), most=MOST_UNREAD)
    session.add(HandoverNote(staff_id=staff_id, text=sent.text, made_at=now))


def mark_note_read(session: Session, actor: Actor, note_id: int, now: datetime) -> None:
    """Take a note off the desk; one that is read already stays as it was. Raises Forbidden, NotFound."""
    staff_id = coordinator_id(actor)
    note = session.scalar(select(HandoverNote).where(HandoverNote.id == note_id).with_for_update())
    if note is None:
        raise NotFound(N_("Không có ghi chú bàn giao này."))
    if note.read_at is None:
        note.read_at, note.read_by = now, staff_id
