"""Departments: city departments and their rooms, ward committees, contractors."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, Names, SmallKey


class Department(Base):
    """Department that can hold a case. A ward committee carries its ward's code; a room carries its
    parent; a `body` is a mass organisation or an office of the party, which leads works and no reports.
    One that is not `active` has its last day in `dissolved_on`, and which unit took over.
    """

    __tablename__ = "department"
    __table_args__ = (CheckConstraint("kind in ('city', 'ward', 'company', 'body')", name="kind"),)

    id: Mapped[SmallKey]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Names]
    short_name: Mapped[Names]
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    ward_code: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str | None]
    email: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    dissolved_on: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
