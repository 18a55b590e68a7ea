"""Files that a worker makes for somebody: lists as spreadsheets and map layers, and the periodic report."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, EnumText, Json, listed, one_of


class DownloadState(StrEnum):
    """State of a file that a worker makes."""

    WAITING = "waiting"  # nobody makes it yet
    WORKING = "working"  # a worker is making it; silent since `worked_at`, another one begins it anew
    READY = "ready"  # to be fetched until `expires_at`
    FAILED = "failed"  # begun too often, or it cannot be made


DOWNLOAD_UNMADE = (DownloadState.WAITING, DownloadState.WORKING)
"""Still to be made."""


class Download(Base):
    """File asked for: what it shall hold (`asked`), its `name`, how far it is made, until when it is there.

    Whoever knows the id of one without `staff_id` may fetch it; one of staff is for that person alone.
    """

    __tablename__ = "download"
    __table_args__ = (
        CheckConstraint("kind in ('reports', 'periodic')", name="kind"),
        CheckConstraint(one_of("state", DownloadState), name="state"),
        Index("ix_download_staff", "staff_id", "created_at"),
        Index(
            "ix_download_unmade", "created_at", postgresql_where=text(f"state in ({listed(DOWNLOAD_UNMADE)})")
        ),
        Index("ix_download_expires", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    format: Mapped[str]
    asked: Mapped[Json]
    language: Mapped[str]
    name: Mapped[str | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    state: Mapped[DownloadState] = mapped_column(
        EnumText(DownloadState), default=DownloadState.WAITING, server_default=DownloadState.WAITING
    )
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    total: Mapped[int | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    key: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    created_at: Mapped[datetime]
    worked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
