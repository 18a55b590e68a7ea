"""Works: what an office has to do beside reports, with a lead, a deadline and a result."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import TypedDict  # the one that pydantic describes before Python 3.12

from geo.columns import StoredShape
from service.models.shared.base import Base, EnumText, one_of
from service.models.works.kinds import DifficultyKind, WorkKind, WorkStatus

_OPEN = "closed_at IS NULL"


class Work(Base):
    """Work of a kind of its own. `status` is written by `domain/works/lifecycles.py` alone.

    `code` (`V26-0142`) is for speech between colleagues. `occurrence` is the day for which a row of a plan
    repeats, `unit_id` the unit for which a row for everyone made it: with the row they say which work this
    is, also after its parts or its deadline changed. The unit `keeper_id` keeps the work (a plan's keeper),
    the leaders of `director_id` decide on it (a plan's issuer). `first_due_at` is the deadline before any
    extension. `warn_at` is when the deadline is looked at next: a trigger sets it. `closed_at` is set with
    every status in which a life ends.
    """

    __tablename__ = "work"
    __table_args__ = (
        CheckConstraint(one_of("kind", WorkKind), name="kind"),
        CheckConstraint("char_length(title) between 1 and 300", name="title"),
        Index(
            "uq_work_occurrence",
            "plan_row_id",
            "occurrence",
            "unit_id",
            unique=True,
            postgresql_where=text("plan_row_id IS NOT NULL AND kind = 'task'"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_work_lead_due", "lead_id", "due_at", "id", postgresql_where=text(_OPEN)),
        Index(
            "ix_work_executor_due",
            "executor_id",
            "due_at",
            "id",
            postgresql_where=text(f"executor_id IS NOT NULL AND {_OPEN}"),
        ),
        Index("ix_work_holder", "holder_id", postgresql_where=text(f"holder_id IS NOT NULL AND {_OPEN}")),
        Index("ix_work_plan_row", "plan_row_id", postgresql_where=text("plan_row_id IS NOT NULL")),
        Index("ix_work_parent", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        Index("ix_work_kind", "kind", "created_at", "id"),
        Index("ix_work_done", "done_at", postgresql_where=text(f"done_at IS NOT NULL AND {_OPEN}")),
        Index("ix_work_warn", "warn_at", postgresql_where=text("warn_at IS NOT NULL")),
        Index("ix_work_geom", "geom", postgresql_using="gist"),
        Index(
            "ix_work_supports",
            "support_ids",
            postgresql_using="gin",
            postgresql_where=text("support_ids <> '{}'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[WorkKind] = mapped_column(EnumText(WorkKind))
    title: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")
    result: Mapped[str] = mapped_column(default="", server_default="")
    status: Mapped[WorkStatus] = mapped_column(EnumText(WorkStatus))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    plan_row_id: Mapped[int | None] = mapped_column(ForeignKey("plan_row.id"))
    occurrence: Mapped[date | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("work.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    support_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    executor_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    keeper_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    director_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    starts_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    first_due_at: Mapped[datetime | None]
    amber_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    extensions: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    geom: Mapped[StoredShape | None] = mapped_column(Geometry("GEOMETRY", srid=4326, spatial_index=False))
    needs_photo: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    updated_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class WorkReport(Base):
    """Report that a work is about, or that it found; `why` in a few words. Both pages show the other."""

    __tablename__ = "work_report"
    __table_args__ = (Index("ix_work_report_report", "report_id"),)

    work_id: Mapped[UUID] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"), primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    why: Mapped[str] = mapped_column(default="", server_default="")


class WorkDeadlineStep(Base):
    """Step of warning taken for one value of a work's deadline: never twice."""

    __tablename__ = "work_deadline_step"

    work_id: Mapped[UUID] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class StoredMeans(TypedDict):
    """Thing that a difficulty asks for, as stored: how many, in what unit of measure."""

    name: str
    count: int
    unit: str


class Difficulty(Base):
    """Side of a difficulty beside the work that it is: what is in the way, what is proposed and decided.

    `work_id` is the difficulty itself; `about_id` the task that it stands in the way of.
    """

    __tablename__ = "difficulty"
    __table_args__ = (
        CheckConstraint(one_of("kind", DifficultyKind), name="kind"),
        CheckConstraint("amount_vnd is null or amount_vnd >= 0", name="amount"),
        Index("ix_difficulty_plan", "plan_id"),
        Index("ix_difficulty_plan_row", "plan_row_id"),
        Index("ix_difficulty_about", "about_id"),
        Index("ix_difficulty_report", "report_id"),
    )

    work_id: Mapped[UUID] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[DifficultyKind] = mapped_column(EnumText(DifficultyKind))
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    plan_row_id: Mapped[int | None] = mapped_column(ForeignKey("plan_row.id"))
    about_id: Mapped[UUID | None] = mapped_column(ForeignKey("work.id", ondelete="SET NULL"))
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id", ondelete="SET NULL"))
    proposal: Mapped[str] = mapped_column(default="", server_default="")
    amount_vnd: Mapped[int | None] = mapped_column(BigInteger)
    items: Mapped[list[StoredMeans]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    summary: Mapped[str] = mapped_column(default="", server_default="")
    decision: Mapped[str] = mapped_column(default="", server_default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    document: Mapped[str] = mapped_column(default="", server_default="")


class CodeCounter(Base):
    """Last number that was given in a year, by the letters the code begins with."""

    __tablename__ = "code_counter"

    letters: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    number: Mapped[int]
