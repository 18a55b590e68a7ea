"""A message's way out: claimed for a while, then marked; whatever is left lies there to be claimed again."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.kernel.sql import changed_rows
from service.models import Message, NoticeChannel, PushDevice, SentCopy
from service.models.notices.notice import MESSAGE_DUE, MessageState

LEASE = timedelta(minutes=2)
"""A worker that has not said what became of a message after this is taken for dead."""

MOST_ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=2)
AWAY_FOR = timedelta(minutes=1)
"""A channel that cannot be reached is asked again after this."""

KEPT_FOR = timedelta(days=365)
"""How long the links in a message work."""

_DUE = Message.state.in_(MESSAGE_DUE)


def pause_after(attempts: int) -> timedelta:
    """Return the wait after that many failures: half a minute, doubled each time, at most two hours."""
    doubled: int = 2 ** max(0, attempts - 1)
    return min(LONGEST_PAUSE, FIRST_PAUSE * doubled)


def claim_messages(
    session: Session, now: datetime, most: int, channel: str | None = None, *, notice: str | None = None
) -> list[UUID]:
    """Claim up to `most` due messages, the longest waiting first; the claim holds until its lease ends.

    `notice` narrows them to one kind, so that what is urgent stands behind no one.
    """
    due = select(Message.id).where(_DUE, Message.not_before <= now)
    if notice is not None:
        due = due.where(Message.notice == notice)
    if channel is not None:
        due = due.where(Message.channel == channel)
    taken = session.scalars(
        due.order_by(Message.not_before, Message.id).limit(most).with_for_update(skip_locked=True)
    ).all()
    if not taken:
        return []
    session.execute(
        update(Message)
        .where(Message.id.in_(taken))
        .values(state=MessageState.CLAIMED, attempts=Message.attempts + 1, not_before=now + LEASE)
    )
    return list(taken)


def give_up_messages(session: Session, now: datetime, channel: str | None = None) -> list[UUID]:
    """Give up messages that are too old, or were claimed as often as allowed; return which."""
    due = [_DUE, Message.not_before <= now]
    if channel is not None:
        due.append(Message.channel == channel)
    old = update(Message).where(*due, Message.fresh_until <= now)
    stale = session.scalars(
        old.values(state=MessageState.STALE, error="older than it is worth").returning(Message.id)
    ).all()
    lost = update(Message).where(*due, Message.attempts >= MOST_ATTEMPTS)
    why = func.coalesce(func.nullif(Message.error, ""), "never came back")
    given_up = session.scalars(
        lost.values(state=MessageState.GIVEN_UP, error=why).returning(Message.id)
    ).all()
    return [*stale, *given_up]


def mark_sent(session: Session, message_id: UUID, now: datetime) -> None:
    """Mark the message as sent."""
    _close(session, message_id, state=MessageState.SENT, sent_at=now, error="")


def mark_unsent(
    session: Session,
    message_id: UUID,
    why: str,
    now: datetime,
    *,
    for_good: bool = False,
    away: bool = False,
    most_tries: int | None = None,
) -> bool:
    """Mark the message as not sent; return whether it was given up: `for_good`, or tried often enough.

    While the channel itself is `away` no try is counted: then only its age ends a message.
    """
    row = session.get(Message, message_id, with_for_update=True)
    if row is None or row.state != MessageState.CLAIMED:
        return False
    row.error = why[:500]
    if away:
        row.state, row.not_before, row.attempts = MessageState.WAITING, now + AWAY_FOR, row.attempts - 1
        return False
    if for_good or row.attempts >= (most_tries or MOST_ATTEMPTS):
        row.state = MessageState.GIVEN_UP
        return True
    row.state, row.not_before = MessageState.WAITING, now + pause_after(row.attempts)
    return False


def release_message(session: Session, message_id: UUID, now: datetime) -> None:
    """Release a message that was claimed and never tried: due again at once, no try is counted."""
    _close(session, message_id, state=MessageState.WAITING, not_before=now, attempts=Message.attempts - 1)


def drop_message(session: Session, message_id: UUID, why: str) -> None:
    """Mark a claimed message as dropped: nobody is there any more who wants it."""
    _close(session, message_id, state=MessageState.DROPPED, error=why[:500])


def pause_channel(session: Session, channel: str, now: datetime) -> None:
    """Postpone all messages of an unreachable channel by `AWAY_FOR`: a dead server is tried seldom."""
    until = now + AWAY_FOR
    session.execute(
        update(Message)
        .where(Message.channel == channel, Message.state == MessageState.WAITING, Message.not_before < until)
        .where(Message.fresh_until > now)
        .values(not_before=until)
    )


def give_up_device(session: Session, device_id: UUID) -> list[UUID]:
    """Give up what waits for a browser that is gone; return which messages."""
    waiting = update(Message).where(Message.device_id == device_id, _DUE)
    values = {"state": MessageState.GIVEN_UP, "error": "the browser is gone"}
    return list(session.scalars(waiting.values(**values).returning(Message.id)).all())


def note_bounced(session: Session, message_id: UUID, status: str) -> bool:
    """Give up a message that was sent and came back from a mail server; return whether it was one."""
    sent = update(Message).where(
        Message.id == message_id, Message.channel == NoticeChannel.EMAIL, Message.state == MessageState.SENT
    )
    values = {"state": MessageState.GIVEN_UP, "error": f"returned by a mail server ({status[:20]})"}
    return changed_rows(session.execute(sent.values(**values))) > 0


def forget_device(session: Session, device_id: UUID) -> None:
    """Delete a browser that is gone; its subscriptions and waiting messages go with it (foreign keys)."""
    session.execute(delete(PushDevice).where(PushDevice.id == device_id))


def keep_copy(
    session: Session, message_id: UUID, subject: str, text: str, html: str, url: str, now: datetime
) -> None:
    """Keep the words for the demo's outbox; a second sending of the same is counted, not added."""
    row = insert(SentCopy).values(
        message_id=message_id, subject=subject, text=text, html=html, url=url, at=now
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=[SentCopy.message_id], set_={"times": SentCopy.times + 1, "at": now}
        )
    )


def erase_old_messages(session: Session, now: datetime) -> int:
    """Erase messages whose links have had their time; how many."""
    old = delete(Message).where(Message.created_at < now - KEPT_FOR, Message.state.not_in(MESSAGE_DUE))
    return changed_rows(session.execute(old))


def _close(session: Session, message_id: UUID, **values: object) -> None:
    session.execute(
        update(Message)
        .where(Message.id == message_id, Message.state == MessageState.CLAIMED)
        .values(**values)
    )
