"""The audit of accounts and configuration: who changed what, from what, to what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from service.models import AuditEntry

Facts = Mapping[str, object]


def write_entry(
    session: Session,
    action: str,
    subject: str,
    *,
    at: datetime,
    staff_id: int | None = None,
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    """Write one entry; `staff_id` is None for the command line. Secrets never belong into the facts."""
    session.add(
        AuditEntry(
            at=at,
            staff_id=staff_id,
            action=action,
            subject=subject,
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
        )
    )
