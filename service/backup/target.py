"""Target of a restore: the data folder of an `up` that is stopped, or what the settings name."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.backup.folder import BackupFolder, write_durably
from service.backup.media import Say
from service.backup.restore import RestoreTarget
from service.domain.kernel.tokens import all_keys, read_keys
from service.local import packages
from service.local.binaries import find_postgres
from service.local.folder import DataFolder
from service.local.postgres import Postgres
from service.local.program import service_owner
from service.problems import SetupError
from service.settings import get_settings

READY_S = 60
DATABASE = "HIENTRUONG_DATABASE_URL"
KEYS = ("secret.key", "vapid.key")


@contextmanager
def open_target(
    backups: BackupFolder, data: Path | None, *, replace: bool, new_key: bool, say: Say
) -> Iterator[RestoreTarget]:
    """The target of a restore, ready to be filled; for a data folder its PostgreSQL runs during the block.

    The keys follow the data into a data folder; where they come from the environment they must be there.
    Raises SetupError where the target is in use, or has another secret key and not `new_key`.
    """
    if data is None and os.environ.get(DATABASE):
        settings = get_settings()
        if not new_key:
            _check_key(backups, settings.secret_key.get_secret_value())
        yield RestoreTarget(settings.database_url, settings.media_url, replace)
        return
    folder = DataFolder.at(data)
    folder.prepare(service_owner())
    lock = folder.acquire()
    try:
        with _postgres(folder, say) as postgres:
            url = postgres.url().replace("+psycopg", "")
            yield RestoreTarget(url, folder.media.as_uri(), replace, folder.restore_mark)
        if not new_key:
            _put_keys(backups, folder)
        folder.restore_mark.unlink(missing_ok=True)
    finally:
        os.close(lock)


def _check_key(backups: BackupFolder, given: str) -> None:
    saved = _read_key(backups.keys / "secret.key")
    # Every key by which links in people's mail may be signed; which of them signs the next one is free.
    if saved and not set(all_keys(read_keys(saved))) <= set(all_keys(read_keys(given))):
        raise SetupError(
            "HIENTRUONG_SECRET_KEY is not the one of this backup: links in people's mail would stop working. "
            f"Set it to what {backups.keys / 'secret.key'} holds, or keep the new one with --new-key."
        )


def _put_keys(backups: BackupFolder, folder: DataFolder) -> None:
    for name in KEYS:
        saved, target = _read_key(backups.keys / name), folder.path / name
        if not saved or _read_key(target) == saved:
            continue
        if target.exists():
            target.rename(target.with_name(f"{name}.before-restore-{time.time_ns()}"))
        write_durably(target, saved)


def _read_key(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return ""


@contextmanager
def _postgres(folder: DataFolder, say: Say) -> Iterator[Postgres]:
    """The folder's private PostgreSQL, running for the block."""
    packages.ensure([packages.POSTGIS], say)
    binaries, owner = find_postgres(), service_owner()
    if binaries is None:
        raise SetupError("PostgreSQL with PostGIS is not found on this machine.")
    postgres = Postgres(binaries, folder.servers(owner) / "pgdata", folder.sockets(owner), owner)
    postgres.initialise()
    program = postgres.program()
    log = folder.path / "restore.log"
    with log.open("wb") as file:
        child = subprocess.Popen(program.argv, stdout=file, stderr=file, **program.options())
    try:
        limit = time.monotonic() + READY_S
        while not postgres.ready(child.pid):
            if child.poll() is not None or time.monotonic() > limit:
                raise SetupError(f"PostgreSQL did not start:\n{log.read_text().strip()}")
            time.sleep(0.05)
        postgres.create_database()
        yield postgres
    finally:
        child.send_signal(program.stop_signal)
        child.wait(program.grace_s)
    log.unlink(missing_ok=True)
