"""Clean-ups: what a work of that kind has beside itself, series of them, who signed up, what is checked."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import TypedDict  # the one that pydantic describes before Python 3.12

from geo.columns import StoredShape
from service.models.shared.base import Base, EnumText, SmallKey, one_of
from service.models.works.kinds import HolidayHandling


class CleanupForm(StrEnum):
    """Form of a clean-up: of a place, of an office, planting trees, a launch, a training."""

    CLEANUP = "cleanup"
    OFFICE = "office"
    TREES = "trees"
    LAUNCH = "launch"
    TRAINING = "training"


class StoredTool(TypedDict):
    """Tool that a clean-up needs, as stored: how many are needed, how many are there."""

    what: str
    need: int
    have: int


class Audience(StrEnum):
    """Circle of who takes part: anybody, or the units that are named."""

    PUBLIC = "public"
    UNITS = "units"


class SignupState(StrEnum):
    """State of a sign-up."""

    GOING = "going"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    CAME = "came"
    ABSENT = "absent"


class CheckState(StrEnum):
    """State of one thing to be checked."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


class CleanupSeries(Base):
    """Clean-ups that come again by a rule (RRULE) at a time of the day, moved around public holidays.

    At premises each begins with the things of the roster before it.
    """

    __tablename__ = "cleanup_series"
    __table_args__ = (
        CheckConstraint(one_of("on_holiday", HolidayHandling), name="on_holiday"),
        CheckConstraint(one_of("form", CleanupForm), name="form"),
        CheckConstraint(one_of("open_to", Audience), name="open_to"),
        CheckConstraint("minutes between 15 and 720", name="minutes"),
        CheckConstraint("char_length(title) between 1 and 300", name="title"),
        Index("ix_cleanup_series_lead", "lead_id", "id"),
    )

    id: Mapped[SmallKey]
    title: Mapped[str]
    rule: Mapped[str]
    first: Mapped[date]
    time: Mapped[time]
    minutes: Mapped[int] = mapped_column(SmallInteger)
    on_holiday: Mapped[HolidayHandling] = mapped_column(EnumText(HolidayHandling))
    form: Mapped[CleanupForm] = mapped_column(EnumText(CleanupForm))
    open_to: Mapped[Audience] = mapped_column(EnumText(Audience))
    plan_row_id: Mapped[int | None] = mapped_column(ForeignKey("plan_row.id"))
    premises_id: Mapped[int | None] = mapped_column(ForeignKey("premises.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    support_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    geom: Mapped[StoredShape] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    meet_words: Mapped[str]
    bring: Mapped[str] = mapped_column(default="", server_default="")
    capacity: Mapped[int | None]
    no_waste: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    collector_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    pickup_words: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Cleanup(Base):
    """Side of the work that is a clean-up, with its one result.

    `no_waste` says that nothing is to be hauled away; else `collector_id` does it, by a task of its own.
    `sequence` counts the changes of time and place, as calendar files tell them. `units` are the people who
    came by unit. `from_old` marks what an old list told. From `people` on it is the result,
    `None` until it is given.
    """

    __tablename__ = "cleanup"
    __table_args__ = (
        CheckConstraint(one_of("form", CleanupForm), name="form"),
        CheckConstraint(one_of("open_to", Audience), name="open_to"),
        CheckConstraint("capacity is null or capacity between 1 and 5000", name="capacity"),
        CheckConstraint("people is null or people >= 1", name="people"),
        Index(
            "uq_cleanup_occurrence",
            "series_id",
            "occurrence",
            unique=True,
            postgresql_where=text("series_id IS NOT NULL"),
        ),
        Index("ix_cleanup_ends", "ends_at"),
        Index("ix_cleanup_premises", "premises_id", postgresql_where=text("premises_id IS NOT NULL")),
        Index("ix_cleanup_contacts", "ends_at", postgresql_where=text("contacts_erased_at IS NULL")),
    )

    work_id: Mapped[UUID] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"), primary_key=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("cleanup_series.id"))
    occurrence: Mapped[date | None]
    premises_id: Mapped[int | None] = mapped_column(ForeignKey("premises.id"))
    form: Mapped[CleanupForm] = mapped_column(EnumText(CleanupForm))
    open_to: Mapped[Audience] = mapped_column(EnumText(Audience))
    ends_at: Mapped[datetime]
    meet_words: Mapped[str]
    capacity: Mapped[int | None]
    bring: Mapped[str] = mapped_column(default="", server_default="")
    tools: Mapped[list[StoredTool]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    no_waste: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    collector_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    pickup_words: Mapped[str] = mapped_column(default="", server_default="")
    sequence: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    announced_at: Mapped[datetime | None]
    near_told_at: Mapped[datetime | None]
    from_old: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    walk_ins: Mapped[int] = mapped_column(default=0, server_default="0")
    people: Mapped[int | None]
    units: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    bags: Mapped[int | None]
    kg: Mapped[int | None]
    trees: Mapped[int | None]
    drain_m: Mapped[int | None]
    resulted_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    resulted_at: Mapped[datetime | None]
    contacts_erased_at: Mapped[datetime | None]


class CleanupSignup(Base):
    """People who want to come. `sealed` is a name and an address, encrypted; erased when it is of no more
    use, as is `device_id`, the browser that is told instead of the address. `position` is the order in which
    they came.
    """

    __tablename__ = "cleanup_signup"
    __table_args__ = (
        CheckConstraint(one_of("state", SignupState), name="state"),
        CheckConstraint("people between 1 and 50", name="people"),
        CheckConstraint("came is null or came between 0 and 50", name="came"),
        Index("ix_cleanup_signup_work", "work_id", "position"),
        Index("ix_cleanup_signup_device", "device_id", postgresql_where=text("device_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    work_id: Mapped[UUID] = mapped_column(ForeignKey("cleanup.work_id", ondelete="CASCADE"))
    people: Mapped[int] = mapped_column(SmallInteger)
    came: Mapped[int | None] = mapped_column(SmallInteger)
    state: Mapped[SignupState] = mapped_column(EnumText(SignupState))
    sealed: Mapped[str | None]
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("push_device.id", ondelete="SET NULL"))
    language: Mapped[str] = mapped_column(default="vi", server_default="vi")
    confirmed_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class CleanupCheck(Base):
    """Thing to be done at a clean-up: in a building, by a unit; ticked by a colleague."""

    __tablename__ = "cleanup_check"
    __table_args__ = (
        CheckConstraint(one_of("state", CheckState), name="state"),
        Index("ix_cleanup_check_work", "work_id", "position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    work_id: Mapped[UUID] = mapped_column(ForeignKey("cleanup.work_id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    building: Mapped[str] = mapped_column(default="", server_default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    words: Mapped[str]
    state: Mapped[CheckState] = mapped_column(
        EnumText(CheckState), default=CheckState.OPEN, server_default=CheckState.OPEN
    )
    note: Mapped[str] = mapped_column(default="", server_default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime | None]
