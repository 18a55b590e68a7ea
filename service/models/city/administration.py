"""Tables of administration: entries changed by hand, changes to come, files of areas, keys."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, EnumText, Json, SmallKey, one_of


class ManualChange(Base):
    """An entry that was last changed here, not by the city's folder: a load leaves it alone and says so.

    `kind` and `code` are those of the loading ledger.
    """

    __tablename__ = "hand_change"

    kind: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ScheduledChangeState(StrEnum):
    """State of a change that comes into force by itself."""

    PLANNED = "planned"  # to be made at `due_at`
    DONE = "done"
    FAILED = "failed"  # could not be made; `problem` says why
    CANCELLED = "cancelled"  # called off, or put away after it had failed


SCHEDULED_CHANGES_SHOWN = (ScheduledChangeState.PLANNED, ScheduledChangeState.FAILED)
"""Still to come, or waiting for somebody to read why it failed."""


class ScheduledChange(Base):
    """A change that comes into force by itself at `due_at`, over `base_version` and no other."""

    __tablename__ = "planned_change"
    __table_args__ = (
        CheckConstraint("kind in ('rule', 'rule_end', 'policy', 'areas')", name="kind"),
        CheckConstraint(one_of("state", ScheduledChangeState), name="state"),
        Index(
            "ix_planned_change_due",
            "due_at",
            postgresql_where=text(f"state = '{ScheduledChangeState.PLANNED}'"),
        ),
    )

    id: Mapped[SmallKey]
    kind: Mapped[str]
    subject: Mapped[str]
    payload: Mapped[Json]
    base_version: Mapped[int | None]
    due_at: Mapped[datetime]
    state: Mapped[ScheduledChangeState] = mapped_column(
        EnumText(ScheduledChangeState),
        default=ScheduledChangeState.PLANNED,
        server_default=ScheduledChangeState.PLANNED,
    )
    created_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    problem: Mapped[str | None]


class AreaUpload(Base):
    """A boundary file that was uploaded, as it was read and repaired; `units` is a GeoJSON FeatureCollection.

    `findings` is what reading and checking it found; with `ok` it may be put in force.
    """

    __tablename__ = "area_upload"

    id: Mapped[SmallKey]
    name: Mapped[str]
    created_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    ok: Mapped[bool]
    units: Mapped[Json]
    findings: Mapped[list[Json]] = mapped_column(JSONB)
    in_force_at: Mapped[datetime | None]


class ApiKey(Base):
    """A programme's own way in: an account of its own, a bearer session, and how far it goes."""

    __tablename__ = "api_key"
    __table_args__ = (
        CheckConstraint("scope in ('read', 'contacts', 'write')", name="scope"),
        CheckConstraint("per_minute between 1 and 6000", name="per_minute"),
    )

    id: Mapped[SmallKey]
    name: Mapped[str]
    scope: Mapped[str]
    per_minute: Mapped[int] = mapped_column(server_default="120")
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), unique=True)
    session_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff_session.id", ondelete="SET NULL"), unique=True
    )
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    revoked_at: Mapped[datetime | None]
