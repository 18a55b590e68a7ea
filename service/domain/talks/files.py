"""Files of conversations: what is to be fetched, what was kept, what goes to a report as its photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.talks.vault import Vault
from service.models import Conversation, TalkFile, TalkMessage
from service.models.talks.talk import TalkFileState

MOST_ATTEMPTS = 5
LEASE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class FileToFetch:
    """File to be fetched, and of which channel it is."""

    id: int
    channel: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class AttachablePhoto:
    """Photo that was fetched and belongs to a report."""

    id: int
    report_id: UUID
    object_key: str
    at: datetime


def claim_files(session: Session, vault: Vault, now: datetime, most: int) -> list[FileToFetch]:
    """Take files that are to be fetched; a worker that dies with one is made up for after a minute."""
    query = (
        select(TalkFile, Conversation.channel)
        .join(TalkMessage, TalkMessage.id == TalkFile.message_id)
        .join(Conversation, Conversation.id == TalkMessage.conversation_id)
        .where(TalkFile.state == TalkFileState.NEW, TalkFile.next_at <= now)
        .order_by(TalkFile.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=TalkFile)
    )
    found = []
    for file, channel in session.execute(query).all():
        file.next_at, file.attempts = now + LEASE, file.attempts + 1
        found.append(FileToFetch(file.id, channel, vault.open(file.url), file.kind))
    session.flush()
    return found


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """File as it was kept."""

    sha256: bytes
    object_key: str
    media_type: str
    size: int
    lon: float | None = None
    lat: float | None = None


def mark_kept(session: Session, file_id: int, found: FetchedFile) -> None:
    """Mark a file as stored; its address at the channel is forgotten."""
    file = session.get(TalkFile, file_id, with_for_update=True)
    if file is None or file.state != TalkFileState.NEW:
        return
    file.state, file.url = TalkFileState.KEPT, None
    file.sha256, file.object_key = found.sha256, found.object_key
    file.media_type, file.size, file.lon, file.lat = found.media_type, found.size, found.lon, found.lat


def mark_refused(session: Session, file_id: int, why: str, now: datetime, *, for_good: bool) -> None:
    """Mark a file that could not be fetched, or is none that is taken; `why` is shown to staff."""
    file = session.get(TalkFile, file_id, with_for_update=True)
    if file is None or file.state != TalkFileState.NEW:
        return
    file.why_not = why[:300]
    if for_good or file.attempts >= MOST_ATTEMPTS:
        file.state, file.url = TalkFileState.REFUSED, None
    else:
        file.next_at = now + timedelta(seconds=2 * 2**file.attempts)


def attachable_photos(session: Session, most: int) -> Sequence[AttachablePhoto]:
    """Return kept photos that belong to a report and are not its photos yet."""
    query = (
        select(TalkFile.id, TalkFile.report_id, TalkFile.object_key, TalkMessage.at)
        .join(TalkMessage, TalkMessage.id == TalkFile.message_id)
        .where(
            TalkFile.state == TalkFileState.KEPT,
            TalkFile.kind == "photo",
            TalkFile.report_id.is_not(None),
            TalkFile.object_key.is_not(None),
        )
        .order_by(TalkFile.id)
        .limit(most)
    )
    return [AttachablePhoto(row.id, row.report_id, row.object_key, row.at) for row in session.execute(query)]


def mark_attached(session: Session, file_id: int, why_not: str = "") -> None:
    """Mark a photo as taken by its report, or as not taken there, for the reason given."""
    file = session.get(TalkFile, file_id, with_for_update=True)
    if file is not None and file.state == TalkFileState.KEPT:
        file.state = TalkFileState.REFUSED if why_not else TalkFileState.ATTACHED
        file.why_not = why_not[:300]
