"""Reports up the line: kinds as data, the report of a period, what each unit says for it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import TypedDict  # the one that pydantic describes before Python 3.12

from service.models.shared.base import Base, EnumText, Json, SmallKey, one_of


class ReportPeriod(StrEnum):
    """Length of the period that a kind of report is of."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


class StoredSection(TypedDict):
    """Section of a kind of report, as stored: its heading, what fills it, the codes of its figures."""

    heading: str
    holds: str
    indicators: list[str]


class ReportKind(Base):
    """Kind of report up the line. `sections` are `{heading, holds, indicators}`; `unit_ids` contribute within
    `due_days` working days after the period; `addressees` stand under “Kính gửi”.
    """

    __tablename__ = "report_kind"
    __table_args__ = (
        CheckConstraint(one_of("period", ReportPeriod), name="period"),
        CheckConstraint("due_days between 1 and 60", name="due_days"),
    )

    id: Mapped[SmallKey]
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    issuer_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    period: Mapped[ReportPeriod] = mapped_column(EnumText(ReportPeriod))
    sections: Mapped[list[StoredSection]] = mapped_column(JSONB)
    unit_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    due_days: Mapped[int] = mapped_column(SmallInteger)
    addressees: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    begins_on: Mapped[date]


class PeriodicReport(Base):
    """Report of one kind over one period. `figures` are frozen by unit when it is merged into a document."""

    __tablename__ = "periodic_report"
    __table_args__ = (
        UniqueConstraint("kind_id", "first"),
        CheckConstraint("first <= last", name="days"),
        Index("ix_periodic_report_days", "first", "last"),
    )

    id: Mapped[SmallKey]
    kind_id: Mapped[int] = mapped_column(ForeignKey("report_kind.id"))
    first: Mapped[date]
    last: Mapped[date]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    figures: Mapped[dict[str, list[Json]] | None] = mapped_column(JSONB)
    merged_at: Mapped[datetime | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("official_document.id"))


class UnitReport(Base):
    """Words of one unit for a report; not sent before `sent_at`. `figures` are those it saw then."""

    __tablename__ = "unit_report"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("periodic_report.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    results: Mapped[str] = mapped_column(default="", server_default="")
    hindrances: Mapped[str] = mapped_column(default="", server_default="")
    proposals: Mapped[str] = mapped_column(default="", server_default="")
    figures: Mapped[dict[str, float | None] | None] = mapped_column(JSONB)
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
