"""State of upkeep beside the processes: messages that fail, units that nobody watches, backups, size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.notices.troubles.failures import ChannelTrouble, channel_troubles
from service.domain.rules.unattended import UnattendedUnit, units_without_eyes
from service.models import HELD, BackupRun, Report


@dataclass(frozen=True, slots=True)
class Upkeep:
    """`unattended` are the units whose notices nobody reads, `late_cases` the held cases past their deadline;
    `backup_problem` is why the newest backup failed, None where it did not.
    """

    channels: Sequence[ChannelTrouble]
    unattended: Sequence[UnattendedUnit]
    late_cases: int
    database_bytes: int
    backup_at: datetime | None
    backup_bytes: int | None
    backup_problem: str | None


def read_upkeep(session: Session, reference: Reference, now: datetime) -> Upkeep:
    """Return the state of upkeep at this moment; a dozen queries, none over all reports."""
    late = select(func.count()).where(Report.status.in_(sorted(HELD)), Report.due_at < now)
    newest = session.scalars(select(BackupRun).order_by(BackupRun.started_at.desc()).limit(1)).first()
    whole = session.scalars(
        select(BackupRun)
        .where(BackupRun.finished_at.is_not(None), BackupRun.problem.is_(None))
        .order_by(BackupRun.started_at.desc())
        .limit(1)
    ).first()
    return Upkeep(
        channels=channel_troubles(session, now),
        unattended=units_without_eyes(session, reference, now),
        late_cases=session.scalar(late) or 0,
        database_bytes=session.scalars(text("SELECT pg_database_size(current_database())")).one(),
        backup_at=whole.started_at if whole else None,
        backup_bytes=whole.size if whole else None,
        backup_problem=newest.problem if newest else None,
    )
