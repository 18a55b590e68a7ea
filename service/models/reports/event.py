"""The event log (history, outbox and feed in one) and the bookmarks of those who read it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from service.models.reports.event_type import EventType
from service.models.reports.status import Status
from service.models.shared.base import Base, BigKey, EnumText, Json
from service.models.works.event_type import Subject


class ActorKind(StrEnum):
    """Kind of who acts. An anonymous caller reads and writes no event."""

    SYSTEM = "system"
    REPORTER = "reporter"
    FOLLOWER = "follower"
    STAFF = "staff"
    INTEGRATOR = "integrator"
    ANONYMOUS = "anonymous"


ACTORS = tuple(kind.value for kind in ActorKind if kind is not ActorKind.ANONYMOUS)
"""Kinds that write events."""

_FEED = "public AND position IS NOT NULL"
_ABOUT = (
    f"CASE WHEN subject_kind = '{Subject.REPORT}' THEN report_id IS NOT NULL AND subject_id IS NULL "
    "AND category_id IS NOT NULL AND lon IS NOT NULL AND lat IS NOT NULL "
    "ELSE report_id IS NULL AND subject_id IS NOT NULL END"
)
_TOLD = f"type IN ('{EventType.REFUSED}', '{EventType.HANDED_ON}', '{EventType.REOPENED}')"


class Event(Base):
    """Fact about a report or another `subject_kind`, never changed once written, but for its `position`.

    `position` is given by the relay in the order events became visible: it only grows, without gaps.
    Status, category, ward, lead and place are the report's at that moment, so that a filtered feed is
    the same today and in a year. `data` is public where the event is; `private` is for staff alone;
    `repeat_key` is a digest of what was asked for, by which a retry is known, and is shown to nobody.

    `report_id`, category and place are there for every event of a report; others have a `subject_id` instead,
    the id of a work or a plan as text. Who reads reports' events meets no other.
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint(f"actor in {ACTORS!r}", name="actor"),
        CheckConstraint(_ABOUT, name="subject"),
        Index("uq_event_position", "position", unique=True, postgresql_where=text("position IS NOT NULL")),
        Index("ix_event_unplaced", "id", postgresql_where=text("position IS NULL")),
        Index("ix_event_report", "report_id", "id"),
        Index("ix_event_subject", "subject_id", "id", postgresql_where=text("report_id IS NULL")),
        Index("ix_event_told", "type", "report_id", postgresql_where=text(_TOLD)),
        Index("ix_event_recategorised", "report_id", postgresql_where=text("data ? 'category_before'")),
        Index("ix_event_feed_category", "category_id", "position", postgresql_where=text(_FEED)),
        Index("ix_event_feed_ward", "ward_id", "position", postgresql_where=text(_FEED)),
        Index("ix_event_feed_lead", "lead_id", "position", postgresql_where=text(_FEED)),
        Index("ix_event_feed_type", "type", "position", postgresql_where=text(_FEED)),
    )

    id: Mapped[BigKey]
    position: Mapped[int | None] = mapped_column(BigInteger)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), nullable=True)
    subject_kind: Mapped[Subject] = mapped_column(
        EnumText(Subject), default=Subject.REPORT, server_default=Subject.REPORT
    )
    subject_id: Mapped[str | None]
    type: Mapped[EventType] = mapped_column(EnumText(EventType))
    at: Mapped[datetime]
    public: Mapped[bool]
    actor: Mapped[ActorKind] = mapped_column(EnumText(ActorKind))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    status: Mapped[Status] = mapped_column(EnumText(Status))
    category_id: Mapped[int] = mapped_column(nullable=True)
    ward_id: Mapped[int | None]
    lead_id: Mapped[int | None]
    lon: Mapped[float] = mapped_column(nullable=True)
    lat: Mapped[float] = mapped_column(nullable=True)
    data: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    private: Mapped[Json | None] = mapped_column(JSONB)
    repeat_key: Mapped[str | None] = mapped_column("wish")


class Consumer(Base):
    """Someone who reads the log in order: where events are handed to, and the bookmark.

    `delivery` says how: `task` hands ids to the Celery task `target`, `channel` publishes the newest position
    on the Redis channel `target`. The ids are those of events, of their reports, or of the events about
    anything else, as `subject` says (event, report, work). A new consumer is a new row: the relay reads this
    table at every round. `types` empty means every type. With `receipts` what was handed over is noted in
    `handed_over` until the task says that it is done: for work of which no other row says that it was not.
    """

    __tablename__ = "consumer"
    __table_args__ = (
        CheckConstraint("delivery in ('task', 'channel')", name="delivery"),
        CheckConstraint("subject in ('report', 'event', 'work')", name="subject"),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    delivery: Mapped[str]
    target: Mapped[str]
    subject: Mapped[str] = mapped_column(default="report", server_default="report")
    types: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    queue: Mapped[str] = mapped_column(default="default", server_default="default")
    batch: Mapped[int] = mapped_column(default=50, server_default="50")
    position: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    receipts: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class PendingTask(Base):
    """Something that a consumer was handed and has not done yet; `subject` is the id, as its task gets it."""

    __tablename__ = "handed_over"

    consumer: Mapped[str] = mapped_column(ForeignKey("consumer.name", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Heartbeat(Base):
    """Time at which a background process last said that it lives."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    detail: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
