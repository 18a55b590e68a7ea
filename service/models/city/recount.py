"""Counting the deadlines of open cases anew after the calendar changed: asked for once, done in pieces."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey


class Recount(Base):
    """Recount. `reached` is the last report looked at, in the order of ids; `done_at`: all were."""

    __tablename__ = "recount"
    __table_args__ = (
        Index("uq_recount_open", text("(1)"), unique=True, postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[BigKey]
    asked_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reached: Mapped[UUID | None]
    looked: Mapped[int] = mapped_column(default=0, server_default="0")
    moved: Mapped[int] = mapped_column(default=0, server_default="0")
    done_at: Mapped[datetime | None]
