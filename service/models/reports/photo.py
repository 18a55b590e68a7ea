"""Photos: the private original, its public versions, and what the file itself says of place and time."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import TypedDict  # the one that pydantic describes before Python 3.12

from service.models.shared.base import Base, EnumText, one_of


class PhotoState(StrEnum):
    """State of a photo: raw without public versions, ready with them, failed where none can be made."""

    RAW = "raw"
    READY = "ready"
    FAILED = "failed"


PHOTO_KINDS = ("report", "evidence", "reply", "before", "after", "document")
"""The last three are photos of works."""


class StoredEvidence(TypedDict, total=False):
    """Account that a photo's file and its sender's phone give of themselves, as stored.

    `taken_local` is the camera's clock without a zone (ISO 8601), `clock` which clock `taken_at` is by.
    """

    taken_local: str | None
    clock: str | None
    camera: str | None
    accuracy_m: float | None


class Photo(Base):
    """Photo of a report, or of a work (`work_id`).

    `state`: raw (stored), ready (public versions made), failed (cannot be shown; `failure` says why). The
    client may make the `id`. The keys of the public versions are chosen with the row and unguessable; there
    is a file behind them once the photo is ready. `follower_id` is no foreign key: a photo stays when the
    follower who sent it goes.
    """

    __tablename__ = "photo"
    __table_args__ = (
        CheckConstraint(f"kind in {PHOTO_KINDS!r}", name="kind"),
        CheckConstraint("(report_id is null) <> (work_id is null)", name="about"),
        CheckConstraint(one_of("state", PhotoState), name="state"),
        UniqueConstraint("report_id", "kind", "sha256"),
        Index(
            "uq_photo_work",
            "work_id",
            "kind",
            "sha256",
            unique=True,
            postgresql_where=text("work_id IS NOT NULL"),
        ),
        Index("ix_photo_original", "original_key", postgresql_using="hash"),
        Index("ix_photo_raw", "created_at", postgresql_where=text("state = 'raw'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), nullable=True)
    work_id: Mapped[UUID | None] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"))
    kind: Mapped[str]
    state: Mapped[PhotoState] = mapped_column(
        EnumText(PhotoState), default=PhotoState.RAW, server_default=PhotoState.RAW
    )
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    media_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    original_key: Mapped[str]
    original_erased_at: Mapped[datetime | None]
    public_key: Mapped[str]
    thumbnail_key: Mapped[str]
    taken_at: Mapped[datetime | None]
    exif_lon: Mapped[float | None]
    exif_lat: Mapped[float | None]
    distance_m: Mapped[float | None]
    evidence: Mapped[StoredEvidence | None] = mapped_column(JSONB)
    failure: Mapped[str | None]
    published: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    created_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    follower_id: Mapped[UUID | None]
