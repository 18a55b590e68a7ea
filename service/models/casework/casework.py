"""Tables of casework besides the report: requests for more time, reply templates, doubted rules."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey, EnumText, Names, SmallKey, one_of

TEMPLATE_KINDS = ("reply", "question", "resolution", "rejection")


class ExtensionRequestState(StrEnum):
    """State of a request for more time."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    LAPSED = "lapsed"  # the case or the work went on before anybody decided


_OPEN = f"state = '{ExtensionRequestState.OPEN}'"


class ExtensionRequest(Base):
    """Request of a department to its manager for more time, for a report or for a work."""

    __tablename__ = "extension_request"
    __table_args__ = (
        CheckConstraint(one_of("state", ExtensionRequestState), name="state"),
        CheckConstraint("(report_id is null) <> (work_id is null)", name="about"),
        Index("uq_extension_request_open", "report_id", unique=True, postgresql_where=sql(_OPEN)),
        Index("ix_extension_request_report", "report_id", "id"),
        Index(
            "uq_extension_request_open_work",
            "work_id",
            unique=True,
            postgresql_where=sql(f"{_OPEN} AND work_id IS NOT NULL"),
        ),
        Index(
            "ix_extension_request_waiting",
            "lead_id",
            "asked_at",
            postgresql_where=sql(_OPEN),
        ),
    )

    id: Mapped[BigKey]
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), nullable=True)
    work_id: Mapped[UUID | None] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    unit: Mapped[str]
    amount: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str]
    state: Mapped[ExtensionRequestState] = mapped_column(
        EnumText(ExtensionRequestState),
        default=ExtensionRequestState.OPEN,
        server_default=ExtensionRequestState.OPEN,
    )
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")


class ReplyTemplate(Base):
    """Words a department may begin with. `text` has placeholders (`domain/city/templates.py` names them).

    `categories` are codes; a template without any suits every category, one with some those and all below.
    """

    __tablename__ = "reply_template"
    __table_args__ = (CheckConstraint(f"kind in {TEMPLATE_KINDS!r}", name="kind"),)

    id: Mapped[SmallKey]
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[Names]
    text: Mapped[Names]
    categories: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=sql("'{}'"))
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    active: Mapped[bool] = mapped_column(default=True, server_default=sql("true"))


class RuleRefusal(Base):
    """A department said “not ours” to what a rule had given it: whoever keeps the rules looks at them."""

    __tablename__ = "rule_refusal"
    __table_args__ = (Index("ix_rule_refusal_rule", "rule_id", "at"), Index("ix_rule_refusal_at", "at"))

    id: Mapped[BigKey]
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("routing_rule.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str]
    at: Mapped[datetime]
