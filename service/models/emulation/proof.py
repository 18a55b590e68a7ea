"""Files by which units and persons prove what they claim in a movement."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, SmallKey


class ScoreProof(Base):
    """File that proves a claim for a criterion, a unit's or, with `staff_id`, a person's in it.

    It is stored under `key`: a PDF as it came, or a photo drawn anew. `sha256` is of the file as it was sent,
    so that sending it again changes nothing.
    """

    __tablename__ = "score_proof"
    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("char_length(name) between 1 and 120", name="name"),
        UniqueConstraint("criterion_id", "unit_id", "staff_id", "sha256", postgresql_nulls_not_distinct=True),
        Index("ix_score_proof_movement", "movement_id"),
        Index("ix_score_proof_key", "key", unique=True),
    )

    id: Mapped[SmallKey]
    movement_id: Mapped[int] = mapped_column(ForeignKey("movement.id", ondelete="CASCADE"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    key: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
