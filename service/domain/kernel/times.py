"""Instants in the one form in which they leave: UTC, written with `Z`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload


def utc(at: datetime) -> datetime:
    """Return the same instant in UTC; one without a zone is taken for UTC, as the database has them."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


@overload
def utc_text(at: datetime) -> str: ...
@overload
def utc_text(at: datetime | None) -> str | None: ...
def utc_text(at: datetime | None) -> str | None:
    """Return the instant as programmes read it: `2026-11-28T00:30:00Z`. Equal instants have equal texts."""
    return utc(at).isoformat().replace("+00:00", "Z") if at is not None else None
