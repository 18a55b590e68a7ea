"""The layout of a backup folder, its checksum lists, and the manifest of each snapshot.

DIR/ledger.jsonl         the privacy ledger: what was erased or hidden, appended to, never inside a snapshot
DIR/keys/                secret keys of the installation, readable by their owner alone
DIR/media/               photo files by key, shared by all snapshots, each copied once
DIR/snapshots/TIME/      database.dump, media.sha256, manifest.json, SHA256SUMS
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from service.problems import SetupError

_NAME = re.compile(r"\d{8}T\d{6}Z")
_README = """Backups of Hiện Trường. Put one back with:

    hientruong restore THIS_FOLDER

keys/ holds secrets. ledger.jsonl lists what was erased or hidden since: a restore repeats it. Check by hand:

    cd snapshots/TIME && sha256sum --check SHA256SUMS
    cd media && sha256sum --check --quiet ../snapshots/TIME/media.sha256
"""


class Manifest(BaseModel):
    """Facts of one snapshot; `position` is the newest event position, `ledger_id` the newest ledger entry."""

    format: Literal[1] = 1
    made_at: datetime
    version: str
    schema_revision: str
    postgres: str
    city: str
    reports: int
    position: int
    media_files: int
    media_bytes: int
    media_missing: list[str] = []


@dataclass(frozen=True)
class Snapshot:
    """Snapshot in its folder."""

    path: Path

    @property
    def dump(self) -> Path:
        """Return the database, in pg_dump's custom format."""
        return self.path / "database.dump"

    @property
    def media_list(self) -> Path:
        """Return lines of `sha256sum` for the files below `media/` that belong to this snapshot."""
        return self.path / "media.sha256"

    @property
    def manifest_file(self) -> Path:
        """Return the manifest, as JSON."""
        return self.path / "manifest.json"

    @property
    def checksums(self) -> Path:
        """Return lines of `sha256sum` for the other files of this folder."""
        return self.path / "SHA256SUMS"

    @property
    def manifest(self) -> Manifest:
        """Return the manifest. Raises SetupError where it cannot be read."""
        try:
            return Manifest.model_validate_json(self.manifest_file.read_bytes())
        except (OSError, ValidationError) as problem:
            raise SetupError(f"{self.manifest_file} cannot be read: the snapshot is not whole.") from problem

    def media(self) -> dict[str, str]:
        """Return the SHA-256 of each media file by its key."""
        return dict(read_checksums(self.media_list))

    def seal(self) -> None:
        """Write the checksum list of the folder's files."""
        files = (self.dump, self.media_list, self.manifest_file)
        write_durably(self.checksums, "".join(f"{digest(file)}  {file.name}\n" for file in files))

    def check(self) -> None:
        """Compare each file with its checksum. Raises SetupError naming the first that differs."""
        listed = dict(read_checksums(self.checksums))
        for file in (self.dump, self.media_list, self.manifest_file):
            if not file.is_file() or digest(file) != listed.get(file.name):
                raise SetupError(f"{file} is damaged or missing. Choose another snapshot with --snapshot.")


@dataclass(frozen=True)
class BackupFolder:
    """A backup folder; `path` is absolute."""

    path: Path

    @property
    def ledger(self) -> Path:
        """Return the privacy ledger, one JSON object a line."""
        return self.path / "ledger.jsonl"

    @property
    def keys(self) -> Path:
        """Folder of the secret keys."""
        return self.path / "keys"

    @property
    def media(self) -> Path:
        """Folder of the media files by key."""
        return self.path / "media"

    @property
    def snapshots(self) -> Path:
        """Folder of the snapshots."""
        return self.path / "snapshots"

    def prepare(self) -> None:
        """Make the folders. Raises SetupError for a folder that holds something else or cannot be written."""
        try:
            if self.path.is_dir() and not self.snapshots.is_dir() and any(self.path.iterdir()):
                raise SetupError(f"{self.path} holds other files. Name an empty or new folder for backups.")
            for each in (self.path, self.keys, self.media, self.snapshots):
                each.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.path / "README.txt").write_text(_README, encoding="utf-8")
        except OSError as problem:
            raise SetupError(
                f"{self.path} cannot be used for backups: {problem.strerror}. Name another folder."
            ) from problem

    def whole(self) -> list[Snapshot]:
        """Return the finished snapshots, oldest first."""
        if not self.snapshots.is_dir():
            return []
        return [Snapshot(each) for each in sorted(self.snapshots.iterdir()) if _NAME.fullmatch(each.name)]

    def choose(self, name: str | None) -> Snapshot:
        """Return the snapshot called `name`, or the newest. Raises SetupError where there is none."""
        whole = self.whole()
        if not whole:
            raise SetupError(f"{self.path} holds no backup. Make one with `hientruong backup {self.path}`.")
        found = {each.path.name: each for each in whole}
        if name is not None and name not in found:
            raise SetupError(f"There is no snapshot {name}. There are: {', '.join(found)}.")
        return found[name] if name else whole[-1]

    @contextmanager
    def new_snapshot(self, made_at: datetime) -> Iterator[Snapshot]:
        """A snapshot under a temporary name, put in place whole when the block ends well, else removed."""
        while (final := self.snapshots / f"{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}").exists():
            made_at += timedelta(seconds=1)
        unfinished = final.with_name(f".{final.name}.unfinished")
        for leftover in self.snapshots.glob(".*.unfinished"):
            shutil.rmtree(leftover)
        unfinished.mkdir(mode=0o700)
        try:
            yield Snapshot(unfinished)
            unfinished.rename(final)
            sync_folder(self.snapshots)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Hold the folder's lock for the block; yields False where another backup holds it."""
        with (self.path / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_checksums(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (name, SHA-256) for each line of a `sha256sum` list. Raises SetupError if it is unreadable."""
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                value, _, name = line.rstrip("\n").partition("  ")
                yield name, value
    except OSError as problem:
        raise SetupError(f"{path} cannot be read: the snapshot is not whole.") from problem


def write_durably(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, on the disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Have the names in a folder on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
