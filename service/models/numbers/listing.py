"""Numbers that are made known: lists by two people, what stands on them, objections."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.numbers.kinds import PublicationState
from service.models.shared.base import Base, BigKey, EnumText, one_of


class Publication(Base):
    """List of numbers. Who drafted it (`created_by`) is never who published it."""

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint(one_of("state", PublicationState), name="state"),
        CheckConstraint("published_by is null or published_by <> created_by", name="two_people"),
        CheckConstraint("(state = 'draft') = (published_at is null)", name="published"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(default="", server_default="")
    dated: Mapped[date | None]
    signer: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[PublicationState] = mapped_column(
        EnumText(PublicationState), default=PublicationState.DRAFT, server_default=PublicationState.DRAFT
    )
    lead_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Listing(Base):
    """Number on a list, by the decision that says so; public from `published_on` to `until` unless it was
    withdrawn, or `hidden_since` an objection that may be right.
    """

    __tablename__ = "listing"
    __table_args__ = (
        CheckConstraint(
            "published_on is null or (decision <> '' and decided_on is not null"
            " and basis <> '' and signer <> '')",
            name="decided",
        ),
        CheckConstraint("published_on is null or until is not null and until >= published_on", name="days"),
        Index("ix_listing_case", "case_id"),
        Index("ix_listing_number", "number_id"),
        Index("ix_listing_publication", "publication_id"),
        Index(
            "ix_listing_shown",
            "until",
            postgresql_where=text("published_on IS NOT NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[BigKey]
    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    number_id: Mapped[int] = mapped_column(ForeignKey("ad_number.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("ad_number_case.work_id", ondelete="CASCADE"))
    decision: Mapped[str] = mapped_column(default="", server_default="")
    decided_on: Mapped[date | None]
    signer: Mapped[str] = mapped_column(default="", server_default="")
    basis: Mapped[str] = mapped_column(default="", server_default="")
    words: Mapped[str] = mapped_column(default="", server_default="")
    published_on: Mapped[date | None]
    until: Mapped[date | None]
    hidden_since: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(default="", server_default="")


class Objection(Base):
    """Objection to a number being listed. `sealed` is the number as it was typed and how to reach who wrote,
    encrypted; `number_id` is its row, which is made with the objection where nobody saw the number before
    (null in old objections of such numbers).
    """

    __tablename__ = "objection"
    __table_args__ = (
        Index("ix_objection_open", "due_at", postgresql_where=text("answered_at IS NULL")),
        Index("ix_objection_number", "number_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number_id: Mapped[int | None] = mapped_column(ForeignKey("ad_number.id"))
    words: Mapped[str]
    sealed: Mapped[str | None]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    plausible: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    answer: Mapped[str] = mapped_column(default="", server_default="")
    upheld: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
