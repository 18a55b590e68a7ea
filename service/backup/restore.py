"""Putting an installation back from a backup: checked first, then all of it, then what was erased since."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from service import migrations
from service.backup import database, ledger_file, media, runs
from service.backup.folder import BackupFolder, Manifest, Snapshot
from service.backup.media import Say
from service.db import make_engine, unit_of_work
from service.domain.privacy.replay import replay
from service.local.first_start import MIGRATIONS
from service.problems import SetupError
from service.storage import Storage

SHOWN = 5
_REVISION = re.compile(r"^revision\b[^=]*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)


@dataclass(frozen=True)
class RestoreTarget:
    """Target of a restore: database and media; `replace` lets what is there be dropped.

    `mark` is a file that is made before anything is dropped: while it is there, the database may be half one.
    """

    database_url: str
    media_url: str
    replace: bool = False
    mark: Path | None = None


@dataclass(frozen=True)
class Restored:
    """Result of a restore: manifest, number of media files and of ledger entries repeated, position floor."""

    manifest: Manifest
    media_files: int
    replayed: int
    position_floor: int


def check_snapshot(folder: BackupFolder, snapshot: Snapshot, *, damaged: bool, say: Say) -> Sequence[str]:
    """Check all of a snapshot before anything is changed; return the media keys that can be put back.

    Raises SetupError for a newer schema, a damaged dump or an unreadable ledger, and for damaged media
    unless `damaged` says to do without them.
    """
    manifest = snapshot.manifest
    if manifest.schema_revision not in known_revisions():
        raise SetupError(
            f"This backup was made by version {manifest.version} with schema {manifest.schema_revision}, "
            "which is newer than this program. Install that version, then restore."
        )
    say("Checking the database dump")
    snapshot.check()
    ledger_file.read_ledger(folder.ledger)
    digests = snapshot.media()
    say(f"Checking {len(digests):,} photo files")
    wrong = set(media.damaged_files(folder, digests, say))
    if wrong and not damaged:
        names = ", ".join(sorted(wrong)[:SHOWN])
        raise SetupError(
            f"{len(wrong)} photo files are missing or damaged ({names} …). Choose another snapshot with "
            "--snapshot, or restore without them: --without-damaged."
        )
    return [key for key in digests if key not in wrong]


def check_target(target: RestoreTarget) -> None:
    """Refuse a database that the service uses at this moment, or that holds reports. Raises SetupError."""
    if others := database.others_connected(target.database_url):
        raise SetupError(f"The service is using this database ({others} connections). Stop it, then restore.")
    if database.holds_reports(target.database_url) and not target.replace:
        raise SetupError(
            "This database holds reports already. Name an empty one, or drop what is there with --replace."
        )


def restore_snapshot(
    folder: BackupFolder,
    snapshot: Snapshot,
    keys: Sequence[str],
    target: RestoreTarget,
    now: datetime,
    say: Say,
) -> Restored:
    """Put a checked snapshot back; again after a failure. Raises SetupError with what to do."""
    manifest, url = snapshot.manifest, target.database_url
    say("Photos")
    files = media.put_back(Storage(target.media_url), folder, keys, say)
    say("The database")
    if target.mark is not None:
        target.mark.touch()
    database.drop_everything(url)
    database.load_dump(url, snapshot.dump, database.server_major(url))
    sqlalchemy_url = f"postgresql+psycopg://{url.split('://', 1)[1]}"
    migrations.upgrade(sqlalchemy_url)
    engine = make_engine(sqlalchemy_url, pool=1)
    try:
        say("What was erased or hidden since")
        return Restored(manifest, files, *_bring_up_to_date(engine, folder, manifest, now))
    finally:
        engine.dispose()


def known_revisions() -> set[str]:
    """Return every schema revision that this program knows."""
    return {
        name for file in Path(MIGRATIONS).glob("*.py") for name in _REVISION.findall(file.read_text("utf-8"))
    }


def _bring_up_to_date(
    engine: Engine, folder: BackupFolder, manifest: Manifest, now: datetime
) -> tuple[int, int]:
    lines = ledger_file.read_ledger(folder.ledger)
    with unit_of_work(engine) as session:
        replayed = replay(session, [(line.action, line.subject_id, line.at) for line in lines], now)
        return replayed, runs.raise_positions(session, manifest.made_at, now)
