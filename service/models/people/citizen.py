"""Citizens who signed in by a one-time code: the codes asked for, and the browsers signed in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, BigKey


class SigninCode(Base):
    """Code that was asked for; only its keyed hash is kept, and it is good once, for `target` alone.

    `asker_hash` is that of the asker's address. `same_as` is the code that was sent a moment before, where
    this one asks for the same digits again: each asker has tries of their own.
    """

    __tablename__ = "signin_code"
    __table_args__ = (Index("ix_signin_code_target", "target", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    channel: Mapped[str]
    target: Mapped[str]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    asker_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    same_as: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CitizenSession(Base):
    """A browser whose owner proved that `target` is theirs (address or number); known by a token's hash."""

    __tablename__ = "citizen_session"
    __table_args__ = (Index("ix_citizen_session_target", "target"),)

    id: Mapped[BigKey]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    channel: Mapped[str]
    target: Mapped[str]
    label: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
