"""The link at the end of every message: less of this, or nothing of anything, without signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.notices.channels import Address, Channels, masked_address
from service.domain.notices.kinds import AT_ONCE, NEVER
from service.domain.notices.preferences import staff_key, store_choice, stored_choices
from service.errors import NotFound
from service.i18n import N_
from service.models import Message, NoticeAudience, Report, Subscription


@dataclass(frozen=True, slots=True)
class MessageChoices:
    """Subject of a message and its recipient's choices. `scope` is what may be ended by itself:
    `report`, `alert`, or empty where there is only everything.
    """

    scope: str
    channel: str
    shown: str
    code: str
    this: str
    everything: str
    alert: Subscription | None


def choices_of_message(session: Session, channels: Channels, message_id: UUID) -> MessageChoices:
    """Return the choices of that message's recipient. Raises NotFound for a message that is long gone."""
    message = _find(session, message_id)
    address, scope = _address(message), _scope(message)
    alert = session.get(Subscription, message.subscription_id) if scope == "alert" else None
    general = stored_choices(session, [address[1]], None).get(address, AT_ONCE)
    this = (
        alert.pace
        if alert
        else stored_choices(session, [address[1]], message.report_id).get(address, AT_ONCE)
    )
    code = session.scalar(select(Report.code).where(Report.id == message.report_id)) or ""
    return MessageChoices(
        scope, message.channel, masked_address(channels, *_reached(message)), code, this, general, alert
    )


def stop_notices(session: Session, message_id: UUID, now: datetime) -> None:
    """End what the message was about, by one click. Again does nothing. Raises NotFound."""
    message = _find(session, message_id)
    set_pace(session, message_id, "this" if _scope(message) else "all", NEVER, now)


def set_pace(session: Session, message_id: UUID, scope: str, pace: str, now: datetime) -> None:
    """Set how often the message's recipient is told, of `this` report or alert or of `all`.

    Raises NotFound, Invalid.
    """
    message = _find(session, message_id)
    address, about = _address(message), _scope(message)
    if scope != "this" or not about:
        store_choice(session, address, pace, now=now)
        return
    statement = update(Subscription).where(
        Subscription.channel == message.channel, Subscription.recipient == message.recipient
    )
    if about == "alert":
        session.execute(statement.where(Subscription.id == message.subscription_id).values(pace=pace))
        return
    store_choice(session, address, pace, now=now, report_id=message.report_id)
    session.execute(statement.where(Subscription.report_id == message.report_id).values(pace=pace))


def _find(session: Session, message_id: UUID) -> Message:
    message = session.get(Message, message_id)
    if message is None:
        raise NotFound(N_("Liên kết này đã hết hạn. Bạn không còn nhận tin theo cách này nữa."))
    return message


def _scope(message: Message) -> str:
    if message.audience == NoticeAudience.STAFF:
        return ""
    if message.audience == NoticeAudience.ALERT and message.subscription_id:
        return "alert"
    return "report" if message.report_id else ""


def _address(message: Message) -> Address:
    if message.staff_id is not None:
        return message.channel, staff_key(message.staff_id)
    return _reached(message)


def _reached(message: Message) -> Address:
    return message.channel, message.recipient
