"""Tables of backups made of this installation, and of restores."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey


class BackupRun(Base):
    """Backup: under way while `finished_at` is empty, failed where `problem` says why."""

    __tablename__ = "backup_run"
    __table_args__ = (Index("ix_backup_run_started", "started_at"),)

    id: Mapped[BigKey]
    folder: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    media_files: Mapped[int | None]
    problem: Mapped[str | None]


class RestoreRun(Base):
    """Restore of this database; event positions up to `position_floor` are never given again."""

    __tablename__ = "restore_run"

    id: Mapped[BigKey]
    at: Mapped[datetime]
    made_at: Mapped[datetime]
    position_floor: Mapped[int] = mapped_column(BigInteger)
