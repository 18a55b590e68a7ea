"""Claims of companies on a cable that somebody reported, and the poles that tell who hangs where."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.models.cables.kinds import ClaimAnswer
from service.models.shared.base import Base, EnumText, SmallKey, one_of

_OPEN = "answer IS NULL AND closed_at IS NULL"


class Claim(Base):
    """Question to one company whether a reported cable is theirs, with a term.

    `silent_at` says when the term passed without a word; it stays when an answer comes after it. `closed_at`
    ends a question that needs no answer any more: another company said that the cable is theirs, or the case
    ended. `photo_id` is the report's photo that went along, no foreign key: photos are erased before.
    """

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("report_id", "company_id"),
        CheckConstraint(f"answer is null or {one_of('answer', ClaimAnswer)}", name="answer"),
        CheckConstraint("(answer is null) = (answered_at is null)", name="answered"),
        CheckConstraint("char_length(words) <= 2000", name="words"),
        Index("ix_claim_company_asked", "company_id", "asked_at", "id"),
        Index("ix_claim_due", "due_at", "id", postgresql_where=text(_OPEN)),
        Index("ix_claim_silent", "silent_at", postgresql_where=text("silent_at IS NOT NULL")),
    )

    id: Mapped[SmallKey]
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    due_at: Mapped[datetime]
    photo_id: Mapped[UUID | None]
    answer: Mapped[ClaimAnswer | None] = mapped_column(EnumText(ClaimAnswer))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    words: Mapped[str] = mapped_column(default="", server_default="")
    silent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Pole(Base):
    """Pole by its owner's code; `attached_ids` are the companies known to hang there, `seen_on` when."""

    __tablename__ = "pole"
    __table_args__ = (
        UniqueConstraint("owner_id", "code"),
        CheckConstraint("char_length(code) between 1 and 100", name="code"),
        Index("ix_pole_place", "lat", "lon"),
    )

    id: Mapped[SmallKey]
    code: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    lon: Mapped[float]
    lat: Mapped[float]
    route_id: Mapped[int | None] = mapped_column(
        ForeignKey("cable_route.id", ondelete="SET NULL"), index=True
    )
    attached_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    seen_on: Mapped[date | None]
