"""Plans: a document's table of tasks, word for word, beside what was understood of it."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey, EnumText, SmallKey, StoredRecipient, one_of
from service.models.works.kinds import BriefingMethod, HolidayHandling, PlanState


class Plan(Base):
    """Plan of a unit. `state` is written by `domain/plans/life.py` alone.

    `number` is that of the paper (`…/KH-STTTT`), blank until it has one. `recipients` are `{name, purpose}`
    as the paper lists them, `warnings` what the import found odd, `acknowledged_at` since somebody has read
    them. `source_key` is the file that it was taken from.
    """

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint(one_of("state", PlanState), name="state"),
        CheckConstraint("first is null or last is null or first <= last", name="days"),
        Index("ix_plan_state", "state", "last", "id"),
        Index("ix_plan_issuer", "issuer_id"),
    )

    id: Mapped[SmallKey]
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    number: Mapped[str] = mapped_column(default="", server_default="")
    dated: Mapped[date | None]
    issuer_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    keeper_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    first: Mapped[date | None]
    last: Mapped[date | None]
    state: Mapped[PlanState] = mapped_column(
        EnumText(PlanState), default=PlanState.DRAFT, server_default=PlanState.DRAFT
    )
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    source_key: Mapped[str | None]
    recipients: Mapped[list[StoredRecipient]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'")
    )
    warnings: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    acknowledged_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    updated_at: Mapped[datetime]
    in_force_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(default="", server_default="")


class PlanParent(Base):
    """Parent that a plan carries out: a plan of ours, or a paper from outside, then its `words` alone."""

    __tablename__ = "plan_parent"
    __table_args__ = (
        CheckConstraint("parent_id is not null or words <> ''", name="named"),
        CheckConstraint("parent_id <> plan_id", name="other"),
        Index(
            "uq_plan_parent",
            "plan_id",
            "parent_id",
            unique=True,
            postgresql_where=text("parent_id IS NOT NULL"),
        ),
        Index("ix_plan_parent_parent", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        Index("ix_plan_parent_plan", "plan_id", "id"),
    )

    id: Mapped[SmallKey]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    words: Mapped[str] = mapped_column(default="", server_default="")


class PlanRow(Base):
    """Row of a plan's table: `label` to `note` as the paper has them, letter for letter; then what was
    understood. `unclear` names the fields that somebody has still to decide. `repeats` is an RRULE.
    """

    __tablename__ = "plan_row"
    __table_args__ = (
        CheckConstraint("first is null or last is null or first <= last", name="days"),
        CheckConstraint(one_of("on_holiday", HolidayHandling), name="on_holiday"),
        UniqueConstraint("plan_id", "position"),
    )

    id: Mapped[SmallKey]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    label: Mapped[str] = mapped_column(default="", server_default="")
    section_label: Mapped[str] = mapped_column(default="", server_default="")
    task: Mapped[str]
    lead_words: Mapped[str] = mapped_column(default="", server_default="")
    time_words: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    support_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    everyone: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    first: Mapped[date | None]
    last: Mapped[date | None]
    repeats: Mapped[str | None]
    time: Mapped[time | None]
    on_holiday: Mapped[HolidayHandling] = mapped_column(
        EnumText(HolidayHandling), default=HolidayHandling.KEEP, server_default=HolidayHandling.KEEP
    )
    key: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    indicator: Mapped[str | None]
    target: Mapped[int | None]
    needs_photo: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    unclear: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))


class PlanReadMark(Base):
    """Account whose holder has read a plan."""

    __tablename__ = "plan_read_mark"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    read_at: Mapped[datetime]


class PlanBriefing(Base):
    """Briefing of people without accounts about a plan by a unit: a meeting, a posting, a training."""

    __tablename__ = "plan_briefing"
    __table_args__ = (
        CheckConstraint(one_of("how", BriefingMethod), name="how"),
        CheckConstraint("people is null or people >= 0", name="people"),
        Index("ix_plan_briefing_plan", "plan_id", "held_on", "id"),
    )

    id: Mapped[BigKey]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    held_on: Mapped[date]
    how: Mapped[BriefingMethod] = mapped_column(EnumText(BriefingMethod))
    people: Mapped[int | None]
    words: Mapped[str] = mapped_column(default="", server_default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]


class PlanCalendar(Base):
    """Address of a plan's calendar for one person: a digest of its secret alone. A new one replaces it."""

    __tablename__ = "plan_calendar"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
