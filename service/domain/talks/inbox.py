"""Deliveries of channels: stored first and once, read afterwards in the order they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.kernel.sql import changed_rows
from service.domain.talks.vault import Vault
from service.models import InboxEntry

MOST_ATTEMPTS = 5
KEPT_FOR = timedelta(days=30)
"""So long the raw words of a channel are kept."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivery of a channel: whose account, its own id, the raw words."""

    channel: str
    account: str
    external_id: str
    raw: str


def keep(session: Session, vault: Vault, delivery: Delivery, now: datetime) -> bool:
    """Store a delivery; return whether it is new. A channel delivers again what it is unsure of."""
    row = insert(InboxEntry).values(
        channel=delivery.channel,
        account=delivery.account,
        external_id=delivery.external_id[:300],
        payload=vault.seal(delivery.raw),
        received_at=now,
    )
    stored = session.scalar(row.on_conflict_do_nothing().returning(InboxEntry.id))
    return stored is not None


def take_new(session: Session, most: int) -> Sequence[InboxEntry]:
    """Return the oldest deliveries that were not read, locked; others take those behind them."""
    waiting = select(InboxEntry).where(InboxEntry.state == "new").order_by(InboxEntry.id).limit(most)
    return session.scalars(waiting.with_for_update(skip_locked=True)).all()


def put_aside(session: Session, entry_id: int, why: str) -> None:
    """Note that a delivery could not be read; after some tries it is left to people."""
    entry = session.get(InboxEntry, entry_id, with_for_update=True)
    if entry is None or entry.state != "new":
        return
    entry.attempts, entry.error = entry.attempts + 1, why[:500]
    if entry.attempts >= MOST_ATTEMPTS:
        entry.state = "bad"


def erase_old_payloads(session: Session, now: datetime) -> int:
    """Erase the raw words of what came in long ago; how many. The row stays: it knows a repetition."""
    old = update(InboxEntry).where(
        InboxEntry.received_at < now - KEPT_FOR, InboxEntry.payload.is_not(None), InboxEntry.state != "new"
    )
    return changed_rows(session.execute(old.values(payload=None)))
