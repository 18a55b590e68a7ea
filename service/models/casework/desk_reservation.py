"""Table of what coordinators do with a case on the desk before they decide: take it, put it off."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base


class DeskReservation(Base):
    """A case that somebody has taken (`taken_by`), or put off until a time (`until`), while it waits.

    Each counts only if it is not older than the case's coming to the desk. `seen` is the newest event when it
    was put off: whatever happens after it brings the case back.
    """

    __tablename__ = "desk_keeping"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    taken_at: Mapped[datetime | None]
    put_off_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    put_off_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    seen: Mapped[int | None] = mapped_column(BigInteger)
