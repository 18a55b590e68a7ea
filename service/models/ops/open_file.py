"""Files of open data that anybody may take: the newest edition of each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base


class OpenFile(Base):
    """File in force: what the catalogues tell of it is what was measured when it was written.

    `key` is its name in the store; `rows` reports are in it, received from `first_at` to `last_at`.
    """

    __tablename__ = "open_file"

    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int]
    first_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
