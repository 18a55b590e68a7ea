"""Confirmation of subscriptions (double opt-in): nothing else is sent to an address before it said yes."""

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
from service.models import Message, NoticeAudience, NoticeChannel, Subscription

ASKED_FOR = timedelta(days=2)
"""How long a question may be answered."""
MOST_ASKED = 5
"""Questions a day to one address by the same asker."""
MOST_IN_ALL = 20
"""Questions a day to one address by all askers together."""


class Pace(StrictBody):
    """Pace of notices: how often somebody is told."""

    pace: Literal["at_once", "daily", "never"]


class Mailbox(StrictBody):
    """An address as it was typed."""

    email: Annotated[str, Field(min_length=1, max_length=254)]


def tidy_email(text: str) -> str:
    """Return an e-mail address in small letters. Raises Invalid for what is none."""
    address = tidy_mailbox(text)
    if address is None:
        raise invalid(["email"], N_("Địa chỉ email chưa đúng, ví dụ đúng: ten@vidu.vn."))
    return address.lower()


def ask_to_confirm(
    session: Session,
    subscription: Subscription,
    data: dict[str, object],
    now: datetime,
    *,
    follower_id: UUID | None = None,
    reporter: bool = False,
    asker: str = "",
) -> None:
    """Send the question whether an address wants a subscription, at most once a minute for each.

    Raises TooMany when the address was asked too often today. The subscription may have been another
    person's: what is confirmed is that of the one who is asked about here, a follower or the reporter.
    `asker` is a hash of who types the address: a stranger who uses up their questions leaves the owner's.
    """
    askers = _askers_today(session, subscription.channel, subscription.recipient, now)
    if askers.count(asker) >= MOST_ASKED or len(askers) >= MOST_IN_ALL:
        raise TooMany(N_("Địa chỉ này đã được hỏi nhiều lần hôm nay. Hãy thử lại vào ngày mai."))
    row = insert(Message).values(
        occasion=f"confirm:{follower_id or subscription.id}:{now:%Y%m%d%H%M}",
        channel=subscription.channel,
        recipient=subscription.recipient,
        audience=NoticeAudience.VISITOR,
        notice="confirm",
        language=subscription.language,
        report_id=subscription.report_id,
        follower_id=follower_id,
        subscription_id=subscription.id,
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


def find_subscription(session: Session, subscription_id: UUID) -> Subscription:
    """Return the subscription of that id. Raises NotFound when it was taken back."""
    found = session.get(Subscription, subscription_id)
    if found is None:
        raise NotFound(N_("Yêu cầu nhận tin này không còn nữa."))
    return found


def confirm(session: Session, subscription_id: UUID, now: datetime) -> Subscription:
    """Mark a subscription as confirmed by its address; again does nothing. Raises NotFound."""
    found = find_subscription(session, subscription_id)
    found.confirmed_at = found.confirmed_at or now
    if found.pace == kinds.NEVER:
        found.pace = kinds.AT_ONCE
    resume_notices(session, (found.channel, found.recipient), found.report_id)
    session.flush()
    return found


def find_question(session: Session, message_id: UUID) -> tuple[Message, Subscription]:
    """Return the question (a message) and its subscription. Raises NotFound when that was taken back."""
    question = session.get(Message, message_id)
    if question is None or question.subscription_id is None or question.notice != "confirm":
        raise NotFound(N_("Yêu cầu nhận tin này không còn nữa."))
    return question, find_subscription(session, question.subscription_id)


def confirm_subscription(session: Session, message_id: UUID, now: datetime) -> Subscription:
    """Confirm the subscription that a question is about, for the person who asked it. Raises NotFound."""
    question, subscription = find_question(session, message_id)
    subscription.follower_id = question.follower_id
    subscription.reporter = bool(question.data.get("reporter"))
    return confirm(session, subscription.id, now)


def is_confirmed(session: Session, message_id: UUID) -> bool:
    """Return whether the subscription is confirmed for the very person whose question this was."""
    question, subscription = find_question(session, message_id)
    asked_by = (question.follower_id, bool(question.data.get("reporter")))
    confirmed = subscription.confirmed_at is not None
    return confirmed and (subscription.follower_id, subscription.reporter) == asked_by
