"""Database side of the relay: positions of events, and what each consumer has not been handed yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.kernel.sql import changed_rows, in_array, one_at_a_time
from service.models import Consumer, Event, Heartbeat, PendingTask, RestoreRun

RELAY_LOCK = 7_401_002
"""Advisory lock that the one active relay holds for as long as its connection lives."""

POSITIONS_LOCK = 7_401_003
"""Advisory lock of a transaction that gives positions: shared by the relay, alone for who brings history."""

# Bookmarks count too, so that a position is never given twice should the newest events be erased; and the
# floor of a restore, above which nothing was given before the installation was lost.
_PLACE = text("""
WITH numbered AS (
  SELECT id, row_number() OVER (ORDER BY id) AS place
  FROM (SELECT id FROM event WHERE position IS NULL ORDER BY id LIMIT :most) AS unplaced
), newest AS (
  SELECT greatest(coalesce((SELECT max(position) FROM event), 0),
                  coalesce((SELECT max(position) FROM consumer), 0),
                  coalesce((SELECT max(position_floor) FROM restore_run), 0)) AS position
)
UPDATE event SET position = newest.position + numbered.place
FROM numbered, newest WHERE event.id = numbered.id
""")


@dataclass(frozen=True, slots=True)
class ConsumerBatch:
    """Batch of events for one consumer: ids in order, and the bookmark once it was told."""

    consumer: Consumer
    ids: Sequence[str]
    position: int


def take_lock(session: Session) -> bool:
    """Become the active relay on this connection, or learn that another one is."""
    return bool(session.scalar(select(func.pg_try_advisory_lock(RELAY_LOCK))))


def give_positions(session: Session, most: int = 1000) -> int:
    """Give committed events without a position the next ones, in the order of their ids; how many.

    Only the holder of the relay's lock may call this: an event that becomes visible later than its
    neighbours gets a later position, so whoever reads by position never misses it. None while somebody
    brings history: what was accepted meanwhile is placed after it.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock_shared(POSITIONS_LOCK))):
        return 0
    return changed_rows(session.execute(_PLACE, {"most": most}))


def create_batches(session: Session, now: datetime, most: int = 1000) -> list[ConsumerBatch]:
    """Make a batch of what each enabled consumer has not been handed yet, at most `most` events each. For
    consumers with receipts it is written down, so that it is done also if the message is lost on the way.
    """
    newest = session.scalar(select(func.max(Event.position))) or 0
    consumers = session.scalars(
        select(Consumer).where(Consumer.enabled, Consumer.position < newest).order_by(Consumer.name)
    )
    found = [_batch_of(session, consumer, newest, most) for consumer in consumers]
    notes = [
        {"consumer": each.consumer.name, "subject": subject, "at": now}
        for each in found
        if each.consumer.receipts
        for subject in each.ids
    ]
    if notes:
        session.execute(insert(PendingTask).on_conflict_do_nothing(), notes)
    return found


def without_receipt(session: Session, consumer: str, before: datetime, most: int) -> list[str]:
    """Return what the consumer was handed before an instant and has not done, the oldest first."""
    left = (
        select(PendingTask.subject)
        .where(PendingTask.consumer == consumer, PendingTask.at < before)
        .order_by(PendingTask.at, PendingTask.subject)
        .limit(most)
    )
    return list(session.scalars(left))


def still_handed_over(session: Session, consumer: str, subjects: Sequence[str]) -> frozenset[str]:
    """Return the subjects for which the consumer has given no receipt yet."""
    handed = select(PendingTask.subject).where(
        PendingTask.consumer == consumer, PendingTask.subject.in_(subjects)
    )
    return frozenset(session.scalars(handed))


def give_receipt(session: Session, consumer: str, subjects: Sequence[str]) -> None:
    """Mark the events as done."""
    session.execute(
        delete(PendingTask).where(PendingTask.consumer == consumer, in_array(PendingTask.subject, subjects))
    )


def advance(session: Session, consumer: str, position: int) -> None:
    """Move a consumer's bookmark, never back."""
    further = func.greatest(Consumer.position, position)
    session.execute(update(Consumer).where(Consumer.name == consumer).values(position=further))


def hold_positions(session: Session) -> int:
    """Let nobody else give positions until this transaction ends; return the newest position there is."""
    one_at_a_time(session, POSITIONS_LOCK)
    return newest_given(session)


def newest_given(session: Session) -> int:
    """Return the newest position that was ever given, by events, bookmarks and the floor of a restore."""
    positions = (func.max(Event.position), func.max(Consumer.position), func.max(RestoreRun.position_floor))
    return max(session.scalar(select(newest)) or 0 for newest in positions)


def pass_over(session: Session, before: int, position: int) -> None:
    """Skip what came in after `before`: consumers that had read as far need not be told of it."""
    session.execute(update(Consumer).where(Consumer.position >= before).values(position=position))


def count_unpositioned(session: Session) -> int:
    """Return how many events wait for a position."""
    return session.scalar(select(func.count()).select_from(Event).where(Event.position.is_(None))) or 0


def record_heartbeat(
    session: Session, name: str, kind: str, at: datetime, detail: Mapping[str, object]
) -> None:
    """Write down that a background process lives."""
    row = insert(Heartbeat).values(name=name, kind=kind, at=at, detail=detail)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[Heartbeat.name],
            set_={"kind": row.excluded.kind, "at": row.excluded.at, "detail": row.excluded.detail},
        )
    )


def _batch_of(session: Session, consumer: Consumer, newest: int, most: int) -> ConsumerBatch:
    if consumer.delivery == "channel":
        return ConsumerBatch(consumer, (), newest)
    subject = Event.report_id if consumer.subject == "report" else Event.id
    query = (
        select(subject, Event.position)
        .where(Event.position > consumer.position, Event.position <= newest)
        .order_by(Event.position)
        .limit(most)
    )
    about_reports = Event.report_id.is_not(None)
    query = query.where(about_reports if consumer.subject != "work" else ~about_reports)
    if consumer.types:
        query = query.where(Event.type.in_(consumer.types))
    rows = session.execute(query).all()
    reached = int(rows[-1].position or 0) if len(rows) == most else newest
    return ConsumerBatch(consumer, list(dict.fromkeys(str(row[0]) for row in rows)), reached)
