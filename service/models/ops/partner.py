"""Tables of partners: other systems that work on cases, what was handed to them and what they told."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey, EnumText, listed, one_of


class HandOverState(StrEnum):
    """State of the hand-over of a case to a partner."""

    WAITING = "waiting"  # to be sent from `next_at` on
    SENDING = "sending"  # a worker is at it; from `next_at` on its outcome is unknown
    UNKNOWN = "unknown"  # sent, and nobody knows whether it arrived: looked for before it is sent again
    AWAITING_ID = "token"  # stored there under a token, which its id there is asked for with
    SENT = "sent"
    DONE = "done"  # the partner said that it is done
    REFUSED = "refused"  # a person decides
    ENDED = "ended"  # no longer the partner's case


HAND_OVER_DUE = (
    HandOverState.WAITING,
    HandOverState.SENDING,
    HandOverState.UNKNOWN,
    HandOverState.AWAITING_ID,
)
"""A worker has to do something about it from `next_at` on."""

HAND_OVER_LIVE = (*HAND_OVER_DUE, HandOverState.SENT, HandOverState.REFUSED)
"""The case is the partner's, or on its way there."""


class Partner(Base):
    """Partner of a department: the key it gave us, sealed, and how the calls go. The rest is city data."""

    __tablename__ = "partner"

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    secret: Mapped[str | None]
    polled_until: Mapped[datetime | None]
    next_poll_at: Mapped[datetime | None]
    last_ok_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="", server_default="")


class HandOver(Base):
    """Case handed to a partner, for the `turn`-th time; `remote_id` is what it is called there.

    `misses`: how often it was looked for there in vain; `told_at`: the time of the newest update.
    """

    __tablename__ = "hand_over"
    __table_args__ = (
        CheckConstraint(one_of("state", HandOverState), name="state"),
        Index("uq_hand_over_turn", "report_id", "department_id", "turn", unique=True),
        Index(
            "ix_hand_over_due",
            "next_at",
            postgresql_where=text(f"state IN ({listed(HAND_OVER_DUE)})"),
        ),
        Index("ix_hand_over_remote", "department_id", "remote_id"),
    )

    id: Mapped[BigKey]
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    turn: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[HandOverState] = mapped_column(
        EnumText(HandOverState), default=HandOverState.WAITING, server_default=HandOverState.WAITING
    )
    remote_id: Mapped[str | None]
    token: Mapped[str | None]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    misses: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="", server_default="")


class PartnerUpdate(Base):
    """Update that a partner told; `why` says what became of it: applied, or why not."""

    __tablename__ = "partner_update"
    __table_args__ = (Index("ix_partner_update_report", "report_id"),)

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    remote_update_id: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    status: Mapped[str]
    text: Mapped[str]
    why: Mapped[str]
