"""Telephone numbers of advertisements, and the reports on which each was seen."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.models.numbers.kinds import NumberKind, SightingSource, SightingState
from service.models.shared.base import Base, BigKey, EnumText, one_of


class AdNumber(Base):
    """Telephone number that stood on an advertisement. `sightings`, `places` and `wards` count what people
    confirmed; `domain/numbers/registry.py` alone writes them. `verified_at` is since when two independent
    witnesses say that it stood there. `carrier_id` is the carrier that an answer named, on
    `carrier_asked_on`.
    """

    __tablename__ = "ad_number"
    __table_args__ = (
        CheckConstraint(one_of("kind", NumberKind), name="kind"),
        Index("ix_ad_number_seen", "last_seen", "id", postgresql_where=text("sightings > 0")),
    )

    id: Mapped[BigKey]
    e164: Mapped[str] = mapped_column(unique=True)
    shown: Mapped[str]
    kind: Mapped[NumberKind] = mapped_column(EnumText(NumberKind))
    first_seen: Mapped[datetime | None]
    last_seen: Mapped[datetime | None]
    sightings: Mapped[int] = mapped_column(default=0, server_default="0")
    places: Mapped[int] = mapped_column(default=0, server_default="0")
    wards: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    carrier_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    carrier_asked_on: Mapped[date | None]


class Sighting(Base):
    """Number on one report's advertisement. `quad` are the corners on the photo that is shown, as shares of
    its sides; `text_read` what stood there, `confidence` how well it was read.
    """

    __tablename__ = "sighting"
    __table_args__ = (
        CheckConstraint(one_of("by", SightingSource), name="by"),
        CheckConstraint(one_of("state", SightingState), name="state"),
        CheckConstraint("(state = 'proposed') = (decided_at is null)", name="decided"),
        UniqueConstraint("number_id", "report_id"),
        Index("ix_sighting_report", "report_id"),
        Index("ix_sighting_photo", "photo_id", postgresql_where=text("photo_id IS NOT NULL")),
        Index("ix_sighting_proposed", "created_at", "id", postgresql_where=text("state = 'proposed'")),
    )

    id: Mapped[BigKey]
    number_id: Mapped[int] = mapped_column(ForeignKey("ad_number.id"))
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    photo_id: Mapped[UUID | None] = mapped_column(ForeignKey("photo.id", ondelete="SET NULL"))
    by: Mapped[SightingSource] = mapped_column(EnumText(SightingSource))
    quad: Mapped[list[list[float]] | None] = mapped_column(JSONB(none_as_null=True))
    text_read: Mapped[str] = mapped_column(default="", server_default="")
    confidence: Mapped[float | None]
    state: Mapped[SightingState] = mapped_column(
        EnumText(SightingState), default=SightingState.PROPOSED, server_default=SightingState.PROPOSED
    )
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    refused_why: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]
