"""The daily backup and the privacy ledger beside it, where a folder for backups is set."""

from __future__ import annotations

import psycopg

from service.backup import runs
from service.backup.folder import BackupFolder
from service.backup.make import copy_ledger, make_backup
from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.ops.telemetry import get_logger
from service.problems import SetupError
from service.settings import Settings, get_settings
from service.storage import StorageUnavailable
from workers.app import celery_app, engine, now

log = get_logger(__name__)

PROBLEMS = (SetupError, StorageUnavailable, OSError, psycopg.Error)


@celery_app.task(name="workers.backups.make_if_due", acks_late=False)
def make_if_due() -> bool:
    """Make the day's backup once its hour has come; whether one was made.

    Its message does not come back while it runs; another one finds the folder locked. A failure is
    recorded, logged and tried again after an hour.
    """
    settings = get_settings()
    folder = _folder(settings)
    if folder is None:
        return False
    with unit_of_work(engine()) as session:
        timezone = load_reference(session).timezone
        if not runs.is_due(session, settings.backup_at, timezone, now()):
            return False
    try:
        made = make_backup(
            settings, engine(), folder, now=now(), say=lambda what: log.info("backup", step=what)
        )
    except PROBLEMS as problem:
        log.warning("backup failed", folder=str(folder.path), why=str(problem)[:500])
        return False
    if made is not None:
        log.info("backup made", reports=made.reports, files=made.media_files, missing=len(made.media_missing))
    return made is not None


@celery_app.task(name="workers.backups.copy_ledger", acks_late=False)
def copy_ledger_now() -> int:
    """Append what was erased or hidden since to the ledger in the backup folder; how many entries."""
    folder = _folder(get_settings())
    if folder is None:
        return 0
    try:
        return copy_ledger(engine(), folder)
    except PROBLEMS as problem:
        log.warning("privacy ledger not copied", folder=str(folder.path), why=str(problem)[:500])
        return 0


def _folder(settings: Settings) -> BackupFolder | None:
    return BackupFolder(settings.backup_dir.absolute()) if settings.backup_dir else None
