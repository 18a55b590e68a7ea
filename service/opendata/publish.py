"""Publishing an edition: written into a folder, put into the store, then in force all at once.

One process at a time, under a lease. Whatever fails leaves the edition before in force; what had been put
into the store is deleted by the sweep of files that no row names.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from service.db import unit_of_work
from service.domain.city.config import OpenDataConfig
from service.domain.city.reference import Reference, load_reference
from service.domain.kernel import leases
from service.domain.opendata.beside import features_beside
from service.domain.opendata.formats import FileKind
from service.domain.opendata.published_files import MeasuredFile, is_edition_due, replace_files
from service.domain.opendata.rows import OpenRules, open_reports
from service.i18n import language_in_use
from service.opendata.files import WrittenFile, convert_to_maps, write_beside, write_edition
from service.storage import OPEN, Storage, new_token

NAME = "open data"
SPAN, RENEW_S = timedelta(minutes=2), 30.0
PAUSE = timedelta(hours=1)
"""After a failure the schedule waits so long before it tries again."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Edition that came into force: its files, none where the city publishes nothing."""

    files: tuple[MeasuredFile, ...]
    reports: int


class KeptLease:
    """Lease that a thread renews while the work goes on: making tiles takes longer than a lease lasts."""

    def __init__(self, engine: Engine, holder: UUID) -> None:
        self._engine, self._holder, self._ended = engine, holder, threading.Event()
        self._thread = threading.Thread(target=self._renew, daemon=True)
        self._thread.start()

    def _renew(self) -> None:
        while not self._ended.wait(RENEW_S):
            try:
                self.is_held()
            except SQLAlchemyError:  # asked again before the work counts
                continue

    def is_held(self) -> bool:
        """Renew it; False when another process has taken it over."""
        with unit_of_work(self._engine) as session:
            return leases.renew(session, NAME, self._holder, datetime.now(UTC), SPAN)

    def note(self, progress: str | None) -> None:
        """Note until when the schedule waits."""
        with unit_of_work(self._engine) as session:
            leases.note_progress(session, NAME, self._holder, progress)

    def stop(self) -> None:
        """Renew it no more."""
        self._ended.set()
        self._thread.join()


def publish_if_due(engine: Engine, storage: Storage, public_url: str, now: datetime) -> Edition | None:
    """Publish the day's edition where it is missing; None where it is not, or after a failure just now."""
    with unit_of_work(engine) as session:
        waits = leases.progress_of(session, NAME)
        if waits and now < datetime.fromisoformat(waits):
            return None
        if not is_edition_due(session, load_reference(session), now):
            return None
    return publish(engine, storage, public_url, now)


def publish(engine: Engine, storage: Storage, public_url: str, now: datetime) -> Edition | None:
    """Publish an edition of this moment; None while another process is at it.

    Raises StorageUnavailable, and OSError for a full disk: the edition before stays in force.
    """
    with _lease(engine) as lease:
        if lease is None:
            return None
        try:
            edition = _publish(engine, storage, public_url, now, lease)
        except Exception:
            lease.note((now + PAUSE).isoformat())
            raise
        lease.note(None)
        return edition


def _publish(
    engine: Engine, storage: Storage, public_url: str, now: datetime, lease: KeptLease
) -> Edition | None:
    with unit_of_work(engine) as session:
        reference = load_reference(session)
    config = reference.config.open_data
    files: list[MeasuredFile] = []
    if config is not None:
        with tempfile.TemporaryDirectory(prefix="hientruong-") as folder:
            written = _write(engine, reference, config, public_url, now, Path(folder))
            token = new_token()
            files = [_put(storage, each, token) for each in written]
    if not lease.is_held():
        return None
    with unit_of_work(engine) as session:
        replace_files(session, files, now)
    return Edition(tuple(files), next((file.rows for file in files if file.kind == FileKind.CSV), 0))


def _write(
    engine: Engine, reference: Reference, config: OpenDataConfig, public_url: str, now: datetime, folder: Path
) -> list[WrittenFile]:
    """Write all files into the folder, in Vietnamese; the database is let go before GDAL makes map files."""
    rules = OpenRules(reference, config, public_url, now)
    token = language_in_use.set("vi")
    try:
        with unit_of_work(engine) as session:
            zone = ZoneInfo(reference.timezone)
            written = write_edition(folder, zone, open_reports(session, rules))
            written += write_beside(folder, zone, features_beside(session, rules))
    finally:
        language_in_use.reset(token)
    [geopackage] = (each for each in written if each.kind == FileKind.GPKG)
    return [*written, *convert_to_maps(geopackage)]


def _put(storage: Storage, file: WrittenFile, token: str) -> MeasuredFile:
    key = f"{OPEN}{token}/{file.path.name}"
    with file.path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    size = file.path.stat().st_size
    storage.put_file(key, file.path)
    return MeasuredFile(file.path.name, file.kind, key, digest, size, file.rows, file.first_at, file.last_at)


@contextmanager
def _lease(engine: Engine) -> Iterator[KeptLease | None]:
    with unit_of_work(engine) as session:
        holder = leases.take_lease(session, NAME, datetime.now(UTC), SPAN)
    if holder is None:
        yield None
        return
    lease = KeptLease(engine, holder)
    try:
        yield lease
    finally:
        lease.stop()
        with unit_of_work(engine) as session:
            leases.release(session, NAME, holder)
