"""Tables of reporters' contacts, apart from the reports, and of every reading of one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey


class Contact(Base):
    """The reporter's name, phone (E.164) and e-mail; emptied after the retention period."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_email_folded", text("lower(email)")),)

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(index=True)
    email: Mapped[str | None] = mapped_column(index=True)
    erased_at: Mapped[datetime | None]
    consent_at: Mapped[datetime | None]
    """When the caller agreed to be written down, where staff entered the report for them."""


class ContactReading(Base):
    """Reading of contact data: who, whose, when, why."""

    __tablename__ = "contact_reading"
    __table_args__ = (Index("ix_contact_reading_staff", "staff_id", "at"),)

    id: Mapped[BigKey]
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    purpose: Mapped[str]
