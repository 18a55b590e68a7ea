"""Leases: who is at a long piece of work, until when, and how far it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base


class Lease(Base):
    """Piece of work that only one process may be at. A holder that has not renewed it by `until` is dead.

    `progress` says how far unfinished work is, in the work's own words; NULL where there is none.
    """

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[UUID | None]
    until: Mapped[datetime]
    progress: Mapped[str | None]
