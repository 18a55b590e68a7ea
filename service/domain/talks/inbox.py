"""Deliveries of channels: stored first and once, read afterwards in the order they came."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.kernel.sql import changed_rows
from service.domain.talks.vault import Vault
from service.models import InboxEntry, PendingDeletion
from service.models.talks.talk import InboxState

MOST_ATTEMPTS = 5
LONGEST_ID = 300
_UNKEPT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
KEPT_FOR = timedelta(days=30)
"""Time that the raw words of a channel are kept."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivery of a channel: whose account, its own id, the raw words; `object_key` is the file of a letter.

    `broken`: why nothing could be read in it; it is kept, and shown.
    """

    channel: str
    account: str
    external_id: str
    raw: str
    object_key: str | None = None
    broken: str = ""


def stored_id(external_id: str) -> str:
    """Return a channel's id as the database keeps it; of one too long the beginning and a digest of all."""
    plain = _UNKEPT.sub("\ufffd", external_id)
    if len(plain) <= LONGEST_ID:
        return plain
    digest = hashlib.sha256(plain.encode()).hexdigest()
    return f"{plain[: LONGEST_ID - len(digest) - 1]}~{digest}"


def store_delivery(session: Session, vault: Vault, delivery: Delivery, now: datetime) -> bool:
    """Store a delivery; return whether it is new. A channel delivers again what it is unsure of."""
    row = insert(InboxEntry).values(
        channel=delivery.channel,
        account=delivery.account,
        external_id=stored_id(delivery.external_id),
        payload=vault.seal(delivery.raw),
        object_key=delivery.object_key,
        received_at=now,
        state=InboxState.UNREADABLE if delivery.broken else InboxState.NEW,
        error=delivery.broken[:500],
    )
    stored = session.scalar(row.on_conflict_do_nothing().returning(InboxEntry.id))
    return stored is not None


def store_deliveries(session: Session, vault: Vault, deliveries: Sequence[Delivery], now: datetime) -> None:
    """Store the deliveries of a batch."""
    for each in deliveries:
        store_delivery(session, vault, each, now)


def lock_new_deliveries(session: Session, most: int, channels: Collection[str]) -> Sequence[InboxEntry]:
    """Return the oldest deliveries of these channels that were not read, locked; others take those behind."""
    waiting = select(InboxEntry).where(InboxEntry.state == InboxState.NEW, InboxEntry.channel.in_(channels))
    oldest = waiting.order_by(InboxEntry.id).limit(most)
    return session.scalars(oldest.with_for_update(skip_locked=True)).all()


def mark_delivery_read(session: Session, entry_id: int) -> bool:
    """Mark a delivery as read; return False where another process did before."""
    statement = update(InboxEntry).where(InboxEntry.id == entry_id, InboxEntry.state == InboxState.NEW)
    return changed_rows(session.execute(statement.values(state=InboxState.DONE))) > 0


def note_unreadable(session: Session, entry_id: int, why: str) -> None:
    """Note that a delivery could not be read; after some tries it is left to people."""
    entry = session.get(InboxEntry, entry_id, with_for_update=True)
    if entry is None or entry.state != InboxState.NEW:
        return
    entry.attempts, entry.error = entry.attempts + 1, why[:500]
    if entry.attempts >= MOST_ATTEMPTS:
        entry.state = InboxState.UNREADABLE


def erase_old_payloads(session: Session, now: datetime) -> int:
    """Erase the raw words of what came in long ago; how many. The row stays: it knows a repetition."""
    old = (
        InboxEntry.received_at < now - KEPT_FOR,
        InboxEntry.state != InboxState.NEW,
        or_(InboxEntry.payload.is_not(None), InboxEntry.object_key.is_not(None)),
    )
    return _erase(session, old, now)


def erase_payloads_of(session: Session, talk_id: UUID, now: datetime) -> int:
    """Erase the raw words of a conversation."""
    return _erase(session, (InboxEntry.conversation_id == talk_id,), now)


def is_delivery_stored(session: Session, channel: str, account: str, external_id: str) -> bool:
    """Return whether a delivery is stored already."""
    same = select(InboxEntry.id).where(
        InboxEntry.channel == channel,
        InboxEntry.account == account,
        InboxEntry.external_id == stored_id(external_id),
    )
    return session.scalar(same) is not None


def _erase(session: Session, which: Sequence[ColumnElement[bool]], now: datetime) -> int:
    files = session.scalars(select(InboxEntry.object_key).where(*which, InboxEntry.object_key.is_not(None)))
    for key in files.all():
        session.merge(PendingDeletion(key=key, since=now, next_at=now))
    gone = update(InboxEntry).where(*which).values(payload=None, object_key=None, state=InboxState.DONE)
    return changed_rows(session.execute(gone))
