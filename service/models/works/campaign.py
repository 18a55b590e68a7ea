"""Campaigns: pages that show what a movement of clean-ups has come to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, Names, SmallKey


class Campaign(Base):
    """Page of a campaign under `/campaigns/{slug}`: its name and a sentence or two, in both languages, and
    the days whose clean-ups it counts. It holds no figure: every one is counted when it is asked for.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 60", name="slug"),
        CheckConstraint("first <= last", name="days"),
    )

    id: Mapped[SmallKey]
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[Names] = mapped_column(JSONB)
    lead: Mapped[Names] = mapped_column(JSONB)
    first: Mapped[date]
    last: Mapped[date]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
