"""Commendations: praise that everybody may read, criticism that stays inside the unit."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, EnumText, one_of


class CommendationForm(StrEnum):
    """Form of a commendation: certificate of merit, certificate, praise; reminder, criticism."""

    MERIT = "merit"
    CERTIFICATE = "certificate"
    PRAISE = "praise"
    REMINDER = "reminder"
    CRITICISM = "criticism"


class Commendation(Base):
    """Praise or criticism of a unit, or of a person of it (`staff_id`). Only praise of a unit is ever public.

    `work_id` is the clean-up that it is for: its photo and its one figure are shown beside the words;
    `photo_id` is another photo that everybody may see, shown instead.
    `movement_id` is the movement of emulation that it came from.
    """

    __tablename__ = "commendation"
    __table_args__ = (
        CheckConstraint(one_of("form", CommendationForm), name="form"),
        CheckConstraint(
            "not public or (form in ('merit', 'certificate', 'praise') and staff_id is null)", name="public"
        ),
        CheckConstraint("char_length(words) between 1 and 1000", name="words"),
        Index("ix_commendation_unit", "unit_id", "decided_on"),
        Index(
            "ix_commendation_public",
            "decided_on",
            postgresql_where=text("public AND withdrawn_at IS NULL"),
        ),
        Index("ix_commendation_photo", "photo_id", postgresql_where=text("photo_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("movement.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    form: Mapped[CommendationForm] = mapped_column(EnumText(CommendationForm))
    words: Mapped[str]
    decision: Mapped[str] = mapped_column(default="", server_default="")
    decided_on: Mapped[date]
    public: Mapped[bool]
    work_id: Mapped[UUID | None] = mapped_column(ForeignKey("work.id", ondelete="SET NULL"))
    photo_id: Mapped[UUID | None] = mapped_column(ForeignKey("photo.id", ondelete="SET NULL"))
    given_at: Mapped[datetime]
    given_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
