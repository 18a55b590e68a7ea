"""Offices of units, as their documents say them, and the register of documents that were made."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.models.documents.kinds import DocumentKind
from service.models.shared.base import Base, BigKey, EnumText, StoredRecipient, one_of


class UnitOffice(Base):
    """Heading and signature of a unit's documents; what is empty is said by its name or left to be written.

    `room` is the drafting room's symbol, `head` the post of its head, `collective` the body that the head
    signs for (TM.). `recipients` are `{name, purpose}`.
    """

    __tablename__ = "unit_office"

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    superior: Mapped[str] = mapped_column(default="", server_default="")
    issuer: Mapped[str] = mapped_column(default="", server_default="")
    symbol: Mapped[str] = mapped_column(default="", server_default="")
    room: Mapped[str] = mapped_column(default="", server_default="")
    place: Mapped[str] = mapped_column(default="", server_default="")
    head: Mapped[str] = mapped_column(default="", server_default="")
    collective: Mapped[str] = mapped_column(default="", server_default="")
    recipients: Mapped[list[StoredRecipient]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'")
    )
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    updated_at: Mapped[datetime]
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class OfficialDocument(Base):
    """Document that was made: its draft in `file_key`; the clerk gives it `number` and `dated`, and keeps the
    signed file under `signed_key`. `symbol` is what follows the number: `BC-STTTT`; `recipients` are lines as
    they stand on it, `sent_to` those of them whom it was sent to; `download_id` is the order that a worker
    wrote it for.
    """

    __tablename__ = "official_document"
    __table_args__ = (
        CheckConstraint(one_of("kind", DocumentKind), name="kind"),
        CheckConstraint("number is null or number > 0", name="number"),
        CheckConstraint("(number is null) = (dated is null)", name="numbered"),
        CheckConstraint("signed_key is null or number is not null", name="signed"),
        UniqueConstraint("download_id"),
        Index("ix_official_document_issuer", "issuer_id", "id"),
        Index("ix_official_document_plan", "plan_id", "id", postgresql_where=text("plan_id IS NOT NULL")),
        Index(
            "uq_official_document_number",
            "issuer_id",
            "symbol",
            "number_year",
            "number",
            unique=True,
            postgresql_where=text("number IS NOT NULL"),
        ),
    )

    id: Mapped[BigKey]
    kind: Mapped[DocumentKind] = mapped_column(EnumText(DocumentKind))
    about: Mapped[str]
    issuer_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    symbol: Mapped[str] = mapped_column(default="", server_default="")
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="SET NULL"))
    file_key: Mapped[str]
    file_name: Mapped[str]
    recipients: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    sent_to: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    download_id: Mapped[UUID | None]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    number: Mapped[int | None]
    number_year: Mapped[int | None]
    dated: Mapped[date | None]
    numbered_at: Mapped[datetime | None]
    numbered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    signed_key: Mapped[str | None]
    signed_sha256: Mapped[bytes | None]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
