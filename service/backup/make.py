"""Making one backup of a running installation: the database at one instant, then media, keys and ledger."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.metadata import version

import psycopg
from sqlalchemy import Engine

from service.backup import database, ledger_file, media, runs
from service.backup.folder import BackupFolder, Manifest, Snapshot, sync_folder, write_durably
from service.backup.media import Say
from service.db import unit_of_work
from service.local.first_start import plain_url
from service.problems import SetupError
from service.settings import Settings
from service.storage import Storage

LEAST_KEPT = 3
"""Snapshots that are kept whatever their age."""

_FACTS = """
SELECT (SELECT version_num FROM alembic_version), current_setting('server_version'),
  coalesce((SELECT name ->> 'vi' FROM city LIMIT 1), ''), (SELECT count(*) FROM report),
  greatest((SELECT coalesce(max(position), 0) FROM event), (SELECT coalesce(max(position), 0) FROM consumer))
"""
_REFERENCED = """
SELECT original_key FROM photo WHERE original_erased_at IS NULL
UNION SELECT public_key FROM photo WHERE state = 'ready'
UNION SELECT thumbnail_key FROM photo WHERE state = 'ready'
UNION SELECT source_key FROM plan WHERE source_key IS NOT NULL
UNION SELECT file_key FROM official_document
UNION SELECT signed_key FROM official_document WHERE signed_key IS NOT NULL
UNION SELECT key FROM score_proof
"""


def make_backup(
    settings: Settings, engine: Engine, folder: BackupFolder, *, now: datetime, say: Say
) -> Manifest | None:
    """Make a snapshot in `folder` and return its manifest; None where another backup is under way there.

    Recorded in the database either way. Raises SetupError with what to do; nothing half-made stays.
    """
    folder.prepare()
    with folder.alone() as alone:
        if not alone:
            return None
        with unit_of_work(engine) as session:
            run = runs.begin(session, str(folder.path), now)
        try:
            manifest = _make(settings, engine, folder, now, say)
        except (SetupError, OSError, psycopg.Error) as problem:
            with unit_of_work(engine) as session:
                runs.fail_run(session, run, now, str(problem))
            raise
        size = folder.whole()[-1].dump.stat().st_size
        with unit_of_work(engine) as session:
            runs.finish_run(session, run, now, size=size, media_files=manifest.media_files)
    return manifest


def copy_ledger(engine: Engine, folder: BackupFolder) -> int:
    """Append what was erased or hidden since to the folder's ledger; return how many entries."""
    folder.prepare()
    with unit_of_work(engine) as session:
        return ledger_file.append_new(session, folder.ledger)


def _make(settings: Settings, engine: Engine, folder: BackupFolder, now: datetime, say: Say) -> Manifest:
    known = folder.whole()[-1].media() if folder.whole() else {}
    with folder.new_snapshot(now) as snapshot:
        # The database first: a file that its rows name was there before them, or comes with the next backup.
        say("The database")
        facts, wanted = _dump(settings.sqlalchemy_url, snapshot)
        say("Photos")
        storage = Storage(settings.media_url)
        copied = media.copy(storage, folder, known, say)
        manifest = Manifest(
            made_at=now,
            version=version("hientruong"),
            media_files=len(copied.digests),
            media_bytes=copied.size,
            media_missing=_still_wanted(settings.sqlalchemy_url, wanted - copied.digests.keys()),
            **facts,
        )
        lines = (f"{value}  {key}\n" for key, value in sorted(copied.digests.items()))
        write_durably(snapshot.media_list, "".join(lines))
        write_durably(snapshot.manifest_file, manifest.model_dump_json(indent=1))
        _keep_keys(settings, folder)
        snapshot.seal()
    copy_ledger(engine, folder)
    prune_old(folder, now - timedelta(days=settings.backup_keep_days))
    return manifest


def _dump(url: str, snapshot: Snapshot) -> tuple[Mapping[str, object], set[str]]:
    """Dump the database; its facts, and the keys of the media files that its rows name."""
    with database.exported_snapshot(url) as (connection, name):
        [row] = connection.execute(_FACTS).fetchall()
        names = ("schema_revision", "postgres", "city", "reports", "position")
        wanted = {str(key) for (key,) in connection.execute(_REFERENCED)}
        database.dump(url, name, snapshot.dump, connection.info.server_version // 10000)
    snapshot.dump.chmod(0o600)
    return dict(zip(names, row, strict=True)), wanted


def _still_wanted(url: str, missing: set[str]) -> list[str]:
    """Return those of the files that are not there which rows name now too: the others were erased
    meanwhile.
    """
    if not missing:
        return []
    with psycopg.connect(plain_url(url)) as connection:
        wanted = {str(key) for (key,) in connection.execute(_REFERENCED)}
    return sorted(missing & wanted)


def _keep_keys(settings: Settings, folder: BackupFolder) -> None:
    """Copy the keys: every link in people's mail needs the secret key, every push device the other."""
    write_durably(folder.keys / "secret.key", settings.secret_key.get_secret_value())
    if settings.vapid_private_key is not None:
        write_durably(folder.keys / "vapid.key", settings.vapid_private_key.get_secret_value())
    sync_folder(folder.keys)


def prune_old(folder: BackupFolder, before: datetime) -> None:
    """Delete snapshots made before an instant, but for the newest few, and the media that only they list."""
    for snapshot in folder.whole()[:-LEAST_KEPT]:
        if snapshot.manifest.made_at < before:
            shutil.rmtree(snapshot.path)
    in_use = {key for snapshot in folder.whole() for key in snapshot.media()}
    media.prune(folder, in_use)
