"""Records of backups and restores in the database, and when the next backup is due."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.relay import newest_given
from service.models import BackupRun, RestoreRun

RETRY_AFTER = timedelta(hours=1)
POSITION_JUMP = 1_000_000_000
"""More than an installation gives between a backup and its loss: at 100 events a second, 115 days'."""


def begin(session: Session, folder: str, now: datetime) -> int:
    """Record that a backup begins; return the record's id."""
    run = BackupRun(folder=folder, started_at=now)
    session.add(run)
    session.flush()
    return run.id


def finish_run(session: Session, run_id: int, now: datetime, *, size: int, media_files: int) -> None:
    """Record that a backup is whole; `size` is the dump's, in bytes."""
    run = session.get_one(BackupRun, run_id)
    run.finished_at, run.size, run.media_files = now, size, media_files


def fail_run(session: Session, run_id: int, now: datetime, problem: str) -> None:
    """Record why a backup failed."""
    run = session.get_one(BackupRun, run_id)
    run.finished_at, run.problem = now, problem[:1000]


def is_due(session: Session, at: time, timezone: str, now: datetime) -> bool:
    """Return whether a backup should begin: none was begun since the last `at` of the city's clock.

    One that failed, or never ended, is tried again after an hour.
    """
    last = session.scalars(select(BackupRun).order_by(BackupRun.started_at.desc()).limit(1)).first()
    if last is None:
        return True
    if last.finished_at is None or last.problem is not None:
        return now - last.started_at >= RETRY_AFTER
    here = now.astimezone(ZoneInfo(timezone))
    today = here.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return last.started_at < (today if today <= here else today - timedelta(days=1))


def raise_positions(session: Session, made_at: datetime, now: datetime) -> int:
    """Record a restore, and let positions go on far above any that the lost installation gave; the floor."""
    floor = POSITION_JUMP + newest_given(session)
    session.add(RestoreRun(at=now, made_at=made_at, position_floor=floor))
    return floor
