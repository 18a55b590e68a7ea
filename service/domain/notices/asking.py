"""Asking whether an address really wants to be told: nothing else is sent to it before it said yes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.drafts import EMAIL, Strict
from service.domain.notices import kinds
from service.domain.notices.preferences import wake
from service.domain.texts import tidy
from service.errors import NotFound, TooMany, invalid
from service.i18n import N_
from service.models import Message, Subscription

ASKED_FOR = timedelta(days=2)
MOST_ASKED = 5
"""So often in a day one address is asked by the same asker."""
MOST_IN_ALL = 30
"""The same by all askers together."""


class Pace(Strict):
    """How often."""

    pace: Literal["at_once", "daily", "never"]


class Mailbox(Strict):
    """An address as it was typed."""

    email: Annotated[str, Field(min_length=1, max_length=254)]


def tidy_email(text: str) -> str:
    """The address in small letters. Raises Invalid for what is none."""
    address = tidy(text).lower()
    if not EMAIL.fullmatch(address):
        raise invalid(["email"], N_("Địa chỉ thư chưa đúng, ví dụ đúng: ten@vidu.vn."))
    return address


def ask(
    session: Session, wish: Subscription, data: dict[str, Any], now: datetime, *, asker: str = ""
) -> None:
    """Send the question, once a minute for this wish. Raises TooMany when it was asked too often today.

    `asker` is a hash of who types the address: a stranger who uses up their questions leaves the owner's.
    """
    by_one = func.count().filter(func.coalesce(Message.data["asker"].astext, "") == asker)
    asked = select(func.count(), by_one).where(
        Message.recipient == wish.recipient,
        Message.notice == "confirm",
        Message.created_at > now - timedelta(days=1),
    )
    in_all, of_asker = session.execute(asked).one()
    if of_asker >= MOST_ASKED or in_all >= MOST_IN_ALL:
        raise TooMany(N_("Địa chỉ này đã được hỏi nhiều lần hôm nay. Hãy thử lại vào ngày mai."))
    row = insert(Message).values(
        occasion=f"confirm:{wish.id}:{now:%Y%m%d%H%M}",
        channel=wish.channel,
        recipient=wish.recipient,
        audience="visitor",
        notice="confirm",
        language=wish.language,
        report_id=wish.report_id,
        subscription_id=wish.id,
        data={**data, "asker": asker} if asker else data,
        not_before=now,
        fresh_until=now + ASKED_FOR,
        created_at=now,
    )
    session.execute(row.on_conflict_do_nothing())


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
    wake(session, (found.channel, found.recipient), found.report_id)
    session.flush()
    return found
