"""Telling those who signed up: rows of the outbox, one for each address and occasion.

An address was asked first by what it is sent when somebody signs up with it; reminders go only to who said
yes. What they must know to stay at home in a storm they are told without, unless they said it was not them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.access import CleanupWork
from service.domain.kernel.sealing import seal_for, unseal_for
from service.domain.kernel.times import utc_text
from service.domain.works.actions import ActionContext
from service.errors import TooMany
from service.i18n import N_
from service.models import Cleanup, CleanupSignup, Message, NoticeAudience, NoticeChannel, SignupState, Work
from service.models.notices.notice import MESSAGE_DUE, MessageState

JOINED = "cleanup_joined"
PLACED = "cleanup_placed"
CHANGED = "cleanup_changed"
CANCELLED = "cleanup_cancelled"
REMINDER = "cleanup_reminder"
NOTICES = (JOINED, PLACED, CHANGED, CANCELLED, REMINDER)

MOST_ASKED = 5
"""So often in a day one address is written to because somebody signed up with it."""
REMINDED_BEFORE = timedelta(hours=24)
COMING = (SignupState.GOING, SignupState.WAITING)


def seal_address(key: bytes, address: str) -> str:
    """Return the address as it is kept."""
    return seal_for(key, "volunteer-contact", address)


def ask_volunteer(
    session: Session,
    reference: Reference,
    key: bytes,
    cleanup: CleanupWork,
    signup: CleanupSignup,
    now: datetime,
) -> None:
    """Say what was signed up for, and ask whether reminders are wanted. Raises TooMany."""
    address = _address(key, signup)
    if address is None:
        return
    query = select(func.count()).where(
        Message.recipient == address, Message.notice == JOINED, Message.created_at > now - timedelta(days=1)
    )
    if (session.scalar(query) or 0) >= MOST_ASKED:
        raise TooMany(N_("Địa chỉ này đã được hỏi nhiều lần hôm nay. Hãy thử lại vào ngày mai."))
    tell_some(session, reference, key, cleanup, [signup], JOINED, f"signup:{signup.id}", now)


def tell_volunteers(ctx: ActionContext, key: bytes, cleanup: CleanupWork, notice: str, *, why: str) -> int:
    """Tell everybody who is coming or waiting and left an address, once each; how many."""
    signups = ctx.session.scalars(
        select(CleanupSignup)
        .where(CleanupSignup.work_id == cleanup.work.id, CleanupSignup.state.in_(COMING))
        .order_by(CleanupSignup.position)
    )
    occasion = f"{notice}:{cleanup.work.id}:{cleanup.side.sequence}"
    return tell_some(
        ctx.session, ctx.reference, key, cleanup, signups.all(), notice, occasion, ctx.now, why=why
    )


def withdraw_notices(session: Session, work: Work, notices: Collection[str]) -> None:
    """Have nobody told any more of what is not so any longer; what was sent is sent. One that a worker has
    claimed is dropped unless it goes out this moment.
    """
    unsent = Message.state.in_((*MESSAGE_DUE, MessageState.COLLECTED))
    mine = Message.work_id == work.id, Message.notice.in_(notices), unsent
    session.execute(
        update(Message).where(*mine).values(state=MessageState.DROPPED, error="not so any longer")
    )


def reset_reminders(session: Session, work: Work, now: datetime) -> None:
    """Have who comes reminded a day before the new time too. Where that is less than a day away, the message
    of the change is the reminder.
    """
    soon = work.starts_at is not None and work.starts_at <= now + REMINDED_BEFORE
    mine = CleanupSignup.work_id == work.id, CleanupSignup.state.in_(COMING)
    session.execute(update(CleanupSignup).where(*mine).values(reminded_at=now if soon else None))


def tell_by_address(
    session: Session, reference: Reference, key: bytes, device_id: UUID, now: datetime
) -> int:
    """Claim by mail what a browser that is gone was not told, for who left an address too; how many."""
    unsent = Message.state.in_((*MESSAGE_DUE, MessageState.GIVEN_UP))
    mine = Message.device_id == device_id, Message.notice.in_(NOTICES), unsent, Message.fresh_until > now
    count = 0
    for message in session.scalars(select(Message).where(*mine).order_by(Message.created_at)).all():
        signup = session.get(CleanupSignup, UUID(str(message.data["signup"])))
        if signup is None:
            continue
        signup.device_id = None
        found = CleanupWork(session.get_one(Work, signup.work_id), session.get_one(Cleanup, signup.work_id))
        again = message.notice, message.occasion, now
        why = str(message.data.get("why") or "")
        count += tell_some(session, reference, key, found, [signup], *again, why=why)
    return count


def tell_some(
    session: Session,
    reference: Reference,
    key: bytes,
    cleanup: CleanupWork,
    signups: Iterable[CleanupSignup],
    notice: str,
    occasion: str,
    now: datetime,
    *,
    why: str = "",
) -> int:
    """Claim a message for each of these sign-ups: to the browser that asked for it, else to the address that
    was left and never said it was not them.
    """
    work, side = cleanup.work, cleanup.side
    rows: dict[str, dict[str, object]] = {}
    for signup in signups:
        address = _address(key, signup) if signup.declined_at is None else None
        recipient = str(signup.device_id) if signup.device_id else address
        if recipient is None or recipient in rows:
            continue
        rows[recipient] = {
            "id": uuid4(),
            "occasion": occasion,
            "channel": NoticeChannel.PUSH if signup.device_id else NoticeChannel.EMAIL,
            "recipient": recipient,
            "device_id": signup.device_id,
            "audience": NoticeAudience.VISITOR,
            "notice": notice,
            "language": signup.language,
            "work_id": work.id,
            "data": _said(reference, cleanup, signup, why),
            "not_before": now,
            "fresh_until": max(side.ends_at, now + timedelta(hours=6)),
            "created_at": now,
        }
    if not rows:
        return 0
    claim = insert(Message).values(list(rows.values())).on_conflict_do_nothing().returning(Message.id)
    made: list[UUID] = list(session.scalars(claim))
    return len(made)


def _said(reference: Reference, cleanup: CleanupWork, signup: CleanupSignup, why: str) -> dict[str, object]:
    """Return what a message says of the clean-up and of the sign-up."""
    work, mask = cleanup.work, reference.masking.general
    return {
        "cleanup": work.code,
        "signup": str(signup.id),
        "title": mask.text(work.title),
        "at": utc_text(work.starts_at) if work.starts_at else "",
        "place": mask.text(cleanup.side.meet_words),
        "people": signup.people,
        "waits": signup.state == SignupState.WAITING,
        "why": mask.text(why),
        **({"push": True} if signup.device_id else {}),
    }


def _address(key: bytes, signup: CleanupSignup) -> str | None:
    return unseal_for(key, "volunteer-contact", signup.sealed) if signup.sealed else None
