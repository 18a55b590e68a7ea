"""Award dossiers: what a council proposed to whom, with its votes, the submission and what became of it."""

from __future__ import annotations

from datetime import date
from typing import NotRequired, TypedDict
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base


class ProposalSpec(TypedDict):
    """Proposal of a dossier, as stored: the unit's id, the form of the commendation, and how many of the
    council agreed, absent before it met.
    """

    unit: int
    form: str
    agree: NotRequired[int]


class Award(Base):
    """Side of an award dossier beside the work that it is, after a movement was announced.

    `present` are the accounts of the council that met on `met_on`;
    `document` and `dated` are the submission's, `decision` and `decided_on` those by which it was granted to
    the units `granted`.
    """

    __tablename__ = "award"
    __table_args__ = (Index("ix_award_movement", "movement_id"),)

    work_id: Mapped[UUID] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"), primary_key=True)
    movement_id: Mapped[int] = mapped_column(ForeignKey("movement.id"))
    proposals: Mapped[list[ProposalSpec]] = mapped_column(JSONB)
    present: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    met_on: Mapped[date | None]
    document: Mapped[str] = mapped_column(default="", server_default="")
    dated: Mapped[date | None]
    decision: Mapped[str] = mapped_column(default="", server_default="")
    decided_on: Mapped[date | None]
    granted: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
