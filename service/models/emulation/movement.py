"""Movements of emulation: criteria over indicators, points of units, the standing that was announced."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import NotRequired  # those that pydantic describes before Python 3.12

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import TypedDict

from service.models.shared.base import Base, EnumText, Json, SmallKey, one_of


class MovementState(StrEnum):
    """State of a movement, in the order of its life."""

    DRAFT = "draft"
    OPEN = "open"
    SELF_SCORED = "self_scored"
    REVIEWED = "reviewed"
    COMMENTED = "commented"
    ANNOUNCED = "announced"
    CLOSED = "closed"


class CriterionSource(StrEnum):
    """Origin of a criterion's points. A bonus comes on top of the hundred, a deduction off the sum."""

    INDICATOR = "indicator"
    SELF = "self"
    COUNCIL = "council"
    BONUS = "bonus"
    DEDUCTION = "deduction"


class CriterionSubject(StrEnum):
    """Subject that a criterion scores: a unit, or a person inside theirs."""

    UNIT = "unit"
    PERSON = "person"


class PoolSpec(TypedDict):
    """Units that are compared with one another, as stored; `units` are ids of departments."""

    name: str
    units: list[int]


class StoredSupportingFigure(TypedDict):
    """Figure that is shown beside a criterion's own, as stored; `cases` is the address of the list behind."""

    code: str
    value: float | None
    of: int | None
    cases: str


class CriterionFigure(TypedDict):
    """Figure of a criterion, as stored; `cases` and `missed` are the addresses of the lists behind it."""

    value: float | None
    of: int | None
    left_out: bool
    cases: str
    missed: str
    beside: NotRequired[StoredSupportingFigure]


class SectionPoints(TypedDict):
    """Points of a unit in one section of the criteria, as stored."""

    section: str
    points: float


class NotRanked(TypedDict):
    """Reason why a unit has no place, as stored: `cases` (None: no figure) where `needs` are asked for."""

    cases: int | None
    needs: int


def _points() -> Numeric[float]:
    return Numeric(6, 1, asdecimal=False)


class Movement(Base):
    """Movement over some days. In `pools` units are placed among those of their pool;
    `council` are the accounts that review. The units of `issuer_id` and of `keeper_id` (the plan's) keep it.

    `frozen_at` is when its figures stopped being counted, at `freeze_at` or when it was announced; `forms` is
    the law whose forms it uses. `public` shows places on a page for everybody once announced.
    """

    __tablename__ = "movement"
    __table_args__ = (
        CheckConstraint(one_of("state", MovementState), name="state"),
        CheckConstraint("first <= last", name="days"),
        CheckConstraint("comment_days between 1 and 60", name="comment_days"),
        Index("ix_movement_first", "first", "id"),
    )

    id: Mapped[SmallKey]
    title: Mapped[str]
    issuer_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    decision: Mapped[str] = mapped_column(default="", server_default="")
    decided_on: Mapped[date | None]
    first: Mapped[date]
    last: Mapped[date]
    pools: Mapped[list[PoolSpec]] = mapped_column(JSONB)
    council: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    state: Mapped[MovementState] = mapped_column(
        EnumText(MovementState), default=MovementState.DRAFT, server_default=MovementState.DRAFT
    )
    claims_due: Mapped[date | None]
    comment_days: Mapped[int] = mapped_column(SmallInteger, default=7, server_default="7")
    forms: Mapped[str] = mapped_column(default="", server_default="")
    public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    freeze_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    commented_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Criterion(Base):
    """Criterion of a movement, worth `points`. With an `indicator` the points follow from its figure by the
    `formula` (`domain/emulation/formulas.py`); of fewer than `fewest` cases it is left out.
    """

    __tablename__ = "criterion"
    __table_args__ = (
        CheckConstraint(one_of("source", CriterionSource), name="source"),
        CheckConstraint("points > 0 and points <= 100", name="points"),
        CheckConstraint("(indicator is null) = (formula is null)", name="formula"),
        CheckConstraint(one_of("applies_to", CriterionSubject), name="applies_to"),
        UniqueConstraint("movement_id", "position"),
    )

    id: Mapped[SmallKey]
    movement_id: Mapped[int] = mapped_column(ForeignKey("movement.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    section: Mapped[str] = mapped_column(default="", server_default="")
    words: Mapped[str]
    points: Mapped[float] = mapped_column(_points())
    source: Mapped[CriterionSource] = mapped_column(EnumText(CriterionSource))
    indicator: Mapped[str | None]
    formula: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    fewest: Mapped[int] = mapped_column(default=0, server_default="0")
    needs_proof: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    applies_to: Mapped[CriterionSubject] = mapped_column(
        EnumText(CriterionSubject), default=CriterionSubject.UNIT, server_default=CriterionSubject.UNIT
    )


class CriterionScore(Base):
    """Points of one unit for one criterion: by the formula, as the unit claims, as the council gives.

    `version` counts what the council gave, so that two of its members do not overwrite each other.
    """

    __tablename__ = "score"

    movement_id: Mapped[int] = mapped_column(ForeignKey("movement.id", ondelete="CASCADE"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("criterion.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    figure: Mapped[CriterionFigure | None] = mapped_column(JSONB(none_as_null=True))
    by_formula: Mapped[float | None] = mapped_column(_points())
    claimed: Mapped[float | None] = mapped_column(_points())
    proof: Mapped[str] = mapped_column(default="", server_default="")
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    claimed_at: Mapped[datetime | None]
    given: Mapped[float | None] = mapped_column(_points())
    why: Mapped[str] = mapped_column(default="", server_default="")
    given_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    given_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0, server_default="0")


class MovementStanding(Base):
    """Frozen row of an announced movement. `parts` are points by section; `not_ranked` says why a unit has no
    place.
    """

    __tablename__ = "standing"

    movement_id: Mapped[int] = mapped_column(ForeignKey("movement.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    pool: Mapped[str]
    points: Mapped[float | None] = mapped_column(_points())
    place: Mapped[int | None] = mapped_column(SmallInteger)
    parts: Mapped[list[SectionPoints]] = mapped_column(JSONB)
    not_ranked: Mapped[NotRanked | None] = mapped_column(JSONB(none_as_null=True))


class ScoreComment(Base):
    """Comment of a unit on its points before they are announced, and its answer; `changed`: points were."""

    __tablename__ = "comment_on_score"
    __table_args__ = (Index("ix_comment_on_score_movement", "movement_id", "unit_id"),)

    id: Mapped[SmallKey]
    movement_id: Mapped[int] = mapped_column(ForeignKey("movement.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    criterion_id: Mapped[int | None] = mapped_column(ForeignKey("criterion.id", ondelete="CASCADE"))
    words: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    changed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
