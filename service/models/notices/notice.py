"""Tables of notices: messages on their way, who asked for them, which browsers, who wants less."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo.columns import StoredShape
from service.models.notices.channels import NoticeAudience, NoticeChannel
from service.models.shared.base import Base, BigKey, EnumText, Json, listed, one_of

PACES = ("at_once", "daily", "never")


class MessageState(StrEnum):
    """State of a message to one recipient by one channel."""

    WAITING = "waiting"  # to be sent from `not_before` on
    CLAIMED = "claimed"  # a worker is sending it; from `not_before` on it may be claimed again
    COLLECTED = "collected"  # waits for the day's digest
    DIGESTED = "digested"  # is told by the digest `digest_id`
    SENT = "sent"
    STALE = "stale"  # too old to be worth telling
    GIVEN_UP = "given_up"  # refused for good, or tried too often; `error` says why
    DROPPED = "dropped"  # nobody is there any more who wants it


MESSAGE_DUE = (MessageState.WAITING, MessageState.CLAIMED)
"""To be sent, now or after a pause."""

MESSAGE_FAILED = (MessageState.GIVEN_UP, MessageState.STALE)
"""Will not be sent any more, though its recipient was to have it."""


class PushDevice(Base):
    """Browser that can be reached by web push.

    `staff_id` where it is a colleague's, `session_id` the session they are signed in by: it goes with that.
    """

    __tablename__ = "push_device"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    endpoint: Mapped[str] = mapped_column(unique=True)
    p256dh: Mapped[str]
    auth: Mapped[str]
    language: Mapped[str] = mapped_column(default="vi", server_default="vi")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("staff_session.id", ondelete="CASCADE"), index=True
    )
    label: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]


class Subscription(Base):
    """Subscription to notices: of one report (`report_id`), or an alert of a ward, a place, a category.

    `recipient` is the e-mail address in small letters, or the device's id. Until `confirmed_at` nothing is
    sent but the question whether it is wanted. `owner_hash` is that of the browser's own key, which lists
    its alerts; `zone` is the circle around a place as a polygon, so that one index answers for a point.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint(f"pace in {PACES!r}", name="pace"),
        CheckConstraint(
            "report_id is not null or ward_code is not null or category_id is not null or zone is not null",
            name="about",
        ),
        Index(
            "uq_subscription_report",
            "report_id",
            "channel",
            "recipient",
            unique=True,
            postgresql_where=text("report_id IS NOT NULL"),
        ),
        Index("ix_subscription_ward", "ward_code", postgresql_where=text("ward_code IS NOT NULL")),
        Index("ix_subscription_zone", "zone", postgresql_using="gist"),
        Index(
            "ix_subscription_category",
            "category_id",
            postgresql_where=text("ward_code IS NULL AND zone IS NULL"),
        ),
        Index("ix_subscription_recipient", "recipient", "channel"),
        Index("ix_subscription_owner", "owner_hash", postgresql_where=text("owner_hash IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    channel: Mapped[NoticeChannel] = mapped_column(EnumText(NoticeChannel))
    recipient: Mapped[str]
    device_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("push_device.id", ondelete="CASCADE"), index=True
    )
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    follower_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("follower.id", ondelete="CASCADE"), index=True
    )
    reporter: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"))
    ward_code: Mapped[str | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    radius_m: Mapped[int | None]
    zone: Mapped[StoredShape | None] = mapped_column(Geometry("POLYGON", srid=4326, spatial_index=False))
    language: Mapped[str] = mapped_column(default="vi", server_default="vi")
    pace: Mapped[str] = mapped_column(default="at_once", server_default="at_once")
    owner_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class NoticeChoice(Base):
    """Pace of notices that somebody chose for a channel: of one report, or of everything (no `report_id`).

    `recipient` is an e-mail address, a telephone number, a device's id, or `staff:` and the account's id.
    """

    __tablename__ = "notice_choice"
    __table_args__ = (
        CheckConstraint(f"pace in {PACES!r}", name="pace"),
        UniqueConstraint(
            "recipient",
            "channel",
            "report_id",
            name="uq_notice_choice_recipient",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[BigKey]
    channel: Mapped[NoticeChannel] = mapped_column(EnumText(NoticeChannel))
    recipient: Mapped[str]
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    pace: Mapped[str]
    changed_at: Mapped[datetime]


class Message(Base):
    """Message to one person on one channel, claimed before it is sent.

    `occasion` (an event, a day's digest, a code) with channel and recipient is unique: however often a task
    is repeated, there is one row, and the row is what is sent. What it says is composed when it is sent, in
    the recipient's language; `data` holds only what cannot be read then. Channels are names without a list,
    so that a new one (Zalo) is a new sender and no new table.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(one_of("state", MessageState), name="state"),
        UniqueConstraint("occasion", "channel", "recipient"),
        Index(
            "ix_message_due",
            "not_before",
            postgresql_where=text(f"state IN ({listed(MESSAGE_DUE)})"),
        ),
        Index(
            "ix_message_collected",
            "channel",
            "recipient",
            postgresql_where=text(f"state = '{MessageState.COLLECTED}'"),
        ),
        Index("ix_message_digest", "digest_id", postgresql_where=text("digest_id IS NOT NULL")),
        Index("ix_message_report", "report_id", postgresql_where=text("report_id IS NOT NULL")),
        Index("ix_message_work", "work_id", postgresql_where=text("work_id IS NOT NULL")),
        Index("ix_message_created", "created_at"),
        Index("ix_message_asked", "created_at", postgresql_where=text("notice = 'confirm'")),
        Index("ix_message_texted", "created_at", postgresql_where=text(f"channel = '{NoticeChannel.SMS}'")),
        Index("ix_message_recipient", "recipient"),
        Index(
            "ix_message_failing",
            "created_at",
            postgresql_where=text(
                f"error <> '' AND state IN ({listed({*MESSAGE_DUE, MessageState.GIVEN_UP})})"
            ),
        ),
    )

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    occasion: Mapped[str]
    channel: Mapped[NoticeChannel] = mapped_column(EnumText(NoticeChannel))
    recipient: Mapped[str]
    audience: Mapped[NoticeAudience] = mapped_column(EnumText(NoticeAudience))
    notice: Mapped[str]
    language: Mapped[str]
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    work_id: Mapped[UUID | None] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    follower_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("follower.id", ondelete="CASCADE"), index=True
    )
    device_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("push_device.id", ondelete="CASCADE"), index=True
    )
    subscription_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("subscription.id", ondelete="CASCADE"), index=True
    )
    digest_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    data: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    state: Mapped[MessageState] = mapped_column(
        EnumText(MessageState), default=MessageState.WAITING, server_default=MessageState.WAITING
    )
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    not_before: Mapped[datetime]
    fresh_until: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="", server_default="")


class SentCopy(Base):
    """Copy of a sent message, word for word; kept only where the demo is on, for `/dev/outbox`."""

    __tablename__ = "sent_copy"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    url: Mapped[str] = mapped_column(default="", server_default="")
    times: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    at: Mapped[datetime] = mapped_column(server_default=func.now())
