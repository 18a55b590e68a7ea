"""Contributions to clean-ups and campaigns, trees that were planted there, and what units pledged to do."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.columns import StoredShape
from service.models.shared.base import Base, EnumText, one_of


class ContributionKind(StrEnum):
    """Kind of a contribution: money, trees, tools, or people who work."""

    CASH = "cash"
    TREES = "trees"
    TOOLS = "tools"
    LABOUR = "labour"


class Contribution(Base):
    """Contribution to one clean-up or one campaign. Money has an amount, all else a number of pieces.

    `giver` is empty unless the giver wants to be named, and erased when it is old: `unit_id` received it.
    """

    __tablename__ = "contribution"
    __table_args__ = (
        CheckConstraint(one_of("kind", ContributionKind), name="kind"),
        CheckConstraint("(work_id is null) <> (campaign_id is null)", name="about"),
        CheckConstraint(
            "case when kind = 'cash' then amount_vnd >= 1 and count is null "
            "else count >= 1 and amount_vnd is null end",
            name="amount",
        ),
        CheckConstraint("char_length(words) <= 300 and char_length(giver) <= 200", name="words"),
        Index("ix_contribution_work", "work_id", "received_on"),
        Index("ix_contribution_campaign", "campaign_id", "received_on"),
        Index("ix_contribution_giver", "received_on", postgresql_where=text("giver <> ''")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    work_id: Mapped[UUID | None] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    kind: Mapped[ContributionKind] = mapped_column(EnumText(ContributionKind))
    amount_vnd: Mapped[int | None] = mapped_column(BigInteger)
    count: Mapped[int | None]
    words: Mapped[str] = mapped_column(default="", server_default="")
    giver: Mapped[str] = mapped_column(default="", server_default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    receipt_no: Mapped[str] = mapped_column(default="", server_default="")
    received_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class TreeGroup(Base):
    """Trees of one species planted at a clean-up; `alive` is how many stood when somebody last looked."""

    __tablename__ = "tree_group"
    __table_args__ = (
        CheckConstraint("planted >= 1 and (alive is null or alive between 0 and planted)", name="planted"),
        CheckConstraint("(alive is null) = (checked_on is null)", name="checked"),
        CheckConstraint("char_length(species) between 1 and 100", name="species"),
        Index("ix_tree_group_work", "work_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    work_id: Mapped[UUID] = mapped_column(ForeignKey("cleanup.work_id", ondelete="CASCADE"))
    species: Mapped[str]
    planted: Mapped[int]
    geom: Mapped[StoredShape] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    alive: Mapped[int | None]
    checked_on: Mapped[date | None]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Pledge(Base):
    """Pledge of a unit, in a ward or without one. `done_on` is what the unit says; `confirmed_by` somebody of
    a unit above it, who looked.
    """

    __tablename__ = "pledge"
    __table_args__ = (
        CheckConstraint("char_length(words) between 1 and 500", name="words"),
        CheckConstraint("confirmed_at is null or done_on is not null", name="confirmed"),
        Index("ix_pledge_unit", "unit_id", "until"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    words: Mapped[str]
    until: Mapped[date]
    done_on: Mapped[date | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    confirmed_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
