"""Initiatives of a movement: handed in by a unit, judged by the council, recognised or declined."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, EnumText, one_of


class InitiativeState(StrEnum):
    """State of an initiative: handed in, then recognised or declined once the council has voted."""

    HANDED_IN = "handed_in"
    RECOGNISED = "recognised"
    DECLINED = "declined"


class Initiative(Base):
    """Initiative (sáng kiến) of a unit in a movement. `author_ids` are people of the unit, named only to it
    and to who judges; `applied_on` is the first day on which it was in use, which says the period it counts
    in; `indicator` is the figure that it moved.
    """

    __tablename__ = "initiative"
    __table_args__ = (
        CheckConstraint(one_of("state", InitiativeState), name="state"),
        CheckConstraint("(state = 'handed_in') = (decided_at is null)", name="decided"),
        CheckConstraint("char_length(title) between 1 and 300", name="title"),
        Index("ix_initiative_movement", "movement_id", "unit_id"),
        Index(
            "ix_initiative_recognised", "applied_on", "unit_id", postgresql_where=text("state = 'recognised'")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    movement_id: Mapped[int] = mapped_column(ForeignKey("movement.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    author_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    title: Mapped[str]
    words: Mapped[str]
    effect: Mapped[str]
    indicator: Mapped[str | None]
    applied_on: Mapped[date]
    state: Mapped[InitiativeState] = mapped_column(
        EnumText(InitiativeState),
        default=InitiativeState.HANDED_IN,
        server_default=InitiativeState.HANDED_IN,
    )
    handed_in_at: Mapped[datetime]
    handed_in_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decision: Mapped[str] = mapped_column(default="", server_default="")
    why: Mapped[str] = mapped_column(default="", server_default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class InitiativeVote(Base):
    """Vote of a member of the council on an initiative; the last one counts."""

    __tablename__ = "initiative_vote"

    initiative_id: Mapped[UUID] = mapped_column(
        ForeignKey("initiative.id", ondelete="CASCADE"), primary_key=True
    )
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    agrees: Mapped[bool]
    why: Mapped[str] = mapped_column(default="", server_default="")
    at: Mapped[datetime]
