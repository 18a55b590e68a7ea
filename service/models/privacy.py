"""The ledger of what was erased, hidden or shown again, for replaying it after a restore."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from service.models.base import Base, BigKey


class PrivacyEntry(Base):
    """One erasure, hiding or showing: the action and the id of its subject, nothing personal and no words."""

    __tablename__ = "privacy_entry"
    __table_args__ = (Index("ix_privacy_entry_subject", "subject_id"),)

    id: Mapped[BigKey]
    action: Mapped[str]
    subject_id: Mapped[UUID]
    at: Mapped[datetime]
