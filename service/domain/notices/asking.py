"""Asking whether an address really wants to be told: nothing else is sent to it before it said yes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.kernel.addresses import mailbox_key, tidy_mailbox
from service.domain.notices import kinds
from service.domain.notices.preferences import resume_notices
from service.domain.reports.drafts import StrictBody
from service.errors import NotFound, TooMany, invalid
from service.i18n import N_
from service.models import Message, NoticeChannel, Subscription

ASKED_FOR = timedelta(days=2)
MOST_ASKED = 5
"""So often in a day one address is asked by the same asker."""
MOST_IN_ALL = 20
"""The same by all askers together."""


class Pace(StrictBody):
    """Pace of notices: how often somebody is told."""

    pace: Literal["at_once", "daily", "never"]


class Mailbox(StrictBody):
    """An address as it was typed."""

    email: Annotated[str, Field(min_length=1, max_length=254)]


def tidy_email(text: str) -> str:
    """The address in small letters. Raises Invalid for what is none."""
    address = tidy_mailbox(text)
    if address is None:
        raise invalid(["email"], N_("Địa chỉ email chưa đúng, ví dụ đúng: ten@vidu.vn."))
    return address.lower()


def ask_to_confirm(
    session: Session,
    wish: Subscription,
    data: dict[str, object],
    now: datetime,
    *,
    follower_id: UUID | None = None,
    reporter: bool = False,
    asker: str = "",
) -> None:
    """Send the question, once a minute for this wish. Raises TooMany when it was asked too often today.

    The wish may have been another person's: what is confirmed is that of the one who is asked about here, a
    follower or the reporter. `asker` is a hash of who types the address: a stranger who uses up their
    questions leaves the owner's.
    """
    askers = _askers_today(session, wish.channel, wish.recipient, now)
    if askers.count(asker) >= MOST_ASKED or len(askers) >= MOST_IN_ALL:
        raise TooMany(N_("Địa chỉ này đã được hỏi nhiều lần hôm nay. Hãy thử lại vào ngày mai."))
    row = insert(Message).values(
        occasion=f"confirm:{follower_id or wish.id}:{now:%Y%m%d%H%M}",
        channel=wish.channel,
        recipient=wish.recipient,
        audience="visitor",
        notice="confirm",
        language=wish.language,
        report_id=wish.report_id,
        follower_id=follower_id,
        subscription_id=wish.id,
        data=data | ({"reporter": True} if reporter else {}) | ({"asker": asker} if asker else {}),
        not_before=now,
        fresh_until=now + ASKED_FOR,
        created_at=now,
    )
    session.execute(row.on_conflict_do_nothing())


def _askers_today(session: Session, channel: str, recipient: str, now: datetime) -> list[str]:
    """Return who asked the mailbox or number today, once a question, in whatever spelling it was typed."""
    since = Message.created_at > now - timedelta(days=1)
    who = func.coalesce(Message.data["asker"].astext, "")
    query = select(Message.recipient, who).where(since, Message.notice == "confirm")
    query = query.where(Message.channel == channel)
    if channel != NoticeChannel.EMAIL:
        return [asker for _, asker in session.execute(query.where(Message.recipient == recipient))]
    domain = recipient.rpartition("@")[2]
    there = session.execute(query.where(Message.recipient.endswith(f"@{domain}", autoescape=True)))
    return [asker for each, asker in there if mailbox_key(each) == mailbox_key(recipient)]


def find_asked(session: Session, subscription_id: UUID) -> Subscription:
    """The wish that a link is about. Raises NotFound when it was taken back."""
    found = session.get(Subscription, subscription_id)
    if found is None:
        raise NotFound(N_("Yêu cầu nhận tin này không còn nữa."))
    return found


def confirm(session: Session, subscription_id: UUID, now: datetime) -> Subscription:
    """The address said yes; again does nothing. Raises NotFound."""
    found = find_asked(session, subscription_id)
    found.confirmed_at = found.confirmed_at or now
    if found.pace == kinds.NEVER:
        found.pace = kinds.AT_ONCE
    resume_notices(session, (found.channel, found.recipient), found.report_id)
    session.flush()
    return found


def find_question(session: Session, message_id: UUID) -> tuple[Message, Subscription]:
    """Return the question that a link answers, and the wish. Raises NotFound when it was taken back."""
    question = session.get(Message, message_id)
    if question is None or question.subscription_id is None or question.notice != "confirm":
        raise NotFound(N_("Yêu cầu nhận tin này không còn nữa."))
    return question, find_asked(session, question.subscription_id)


def answer(session: Session, message_id: UUID, now: datetime) -> Subscription:
    """The address said yes to this question: the wish is that of who asked. Raises NotFound."""
    question, wish = find_question(session, message_id)
    wish.follower_id, wish.reporter = question.follower_id, bool(question.data.get("reporter"))
    return confirm(session, wish.id, now)


def said_yes(session: Session, message_id: UUID) -> bool:
    """Return whether this very question was answered: the wish stands, and is of who asked it."""
    question, wish = find_question(session, message_id)
    whose = (question.follower_id, bool(question.data.get("reporter")))
    return wish.confirmed_at is not None and (wish.follower_id, wish.reporter) == whose
