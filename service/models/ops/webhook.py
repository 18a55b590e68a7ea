"""Tables of webhooks: who is told of public events by HTTP, what waits for them, and how each try went."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey, EnumText, SmallKey, listed, one_of


class WebhookState(StrEnum):
    """State of a webhook: only one that is on is told anything."""

    ON = "on"
    PAUSED = "paused"  # by an administrator
    GONE = "gone"  # the receiver answered 410
    FAILING = "failing"  # nothing was taken for days
    FULL = "full"  # more waited than may


class DeliveryState(StrEnum):
    """State of the delivery of an event to a webhook."""

    WAITING = "waiting"  # to be sent from `next_at` on
    CLAIMED = "claimed"  # a worker is sending it; from `next_at` on it may be claimed again
    DONE = "done"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"  # no longer public, or no longer wanted


DELIVERY_DUE = (DeliveryState.WAITING, DeliveryState.CLAIMED)
"""Not yet told to the receiver, and to be told."""


class Webhook(Base):
    """Receiver of public events. `secret` signs; until `old_until` the one before it signs too; both sealed.

    `codes` of categories, wards, departments and types narrow what is sent; empty means all. While it is not
    `on` nothing is gathered: `missed_from` is the position of the feed to go on after. `hold_until`: the
    receiver asked to be left alone; `failing_since`: no try has succeeded since.
    """

    __tablename__ = "webhook"
    __table_args__ = (CheckConstraint(one_of("state", WebhookState), name="state"),)

    id: Mapped[SmallKey]
    name: Mapped[str]
    url: Mapped[str]
    secret: Mapped[str]
    old_secret: Mapped[str | None]
    old_until: Mapped[datetime | None]
    types: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    categories: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    wards: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    departments: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    state: Mapped[WebhookState] = mapped_column(
        EnumText(WebhookState), default=WebhookState.ON, server_default=WebhookState.ON
    )
    missed_from: Mapped[int | None] = mapped_column(BigInteger)
    hold_until: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    last_ok_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class WebhookDelivery(Base):
    """Event on its way to a webhook; `id` is its `webhook-id`, the same at every try.

    Without an event it is a test. `replay` counts how often somebody had the event sent again.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint(one_of("state", DeliveryState), name="state"),
        Index("uq_webhook_delivery_event", "webhook_id", "event_id", "replay", unique=True),
        Index(
            "ix_webhook_delivery_due",
            "webhook_id",
            "next_at",
            "event_id",
            postgresql_where=text(f"state IN ({listed(DELIVERY_DUE)})"),
        ),
        Index("ix_webhook_delivery_log", "webhook_id", "created_at", "id"),
        Index("ix_webhook_delivery_event", "event_id"),
        Index("ix_webhook_delivery_created", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("event.id", ondelete="CASCADE"))
    replay: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    state: Mapped[DeliveryState] = mapped_column(
        EnumText(DeliveryState), default=DeliveryState.WAITING, server_default=DeliveryState.WAITING
    )
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class WebhookAttempt(Base):
    """Try of a delivery: the status or what went wrong, how long it took, the answer's beginning."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index("ix_webhook_attempt_delivery", "delivery_id", "id"),)

    id: Mapped[BigKey]
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_delivery.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    ms: Mapped[int]
    status: Mapped[int | None]
    error: Mapped[str] = mapped_column(default="", server_default="")
    answer: Mapped[str] = mapped_column(default="", server_default="")
