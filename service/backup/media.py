"""Media files of a backup: copied once, shared by all snapshots, checked by SHA-256 on the way back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from service.backup.folder import BackupFolder, digest
from service.problems import SetupError
from service.storage import BASEMAP, ORIGINAL, PARTIAL, PUBLIC, Storage

AREAS = (ORIGINAL, PUBLIC, PARTIAL, BASEMAP)
TELL_EVERY = 500

Say = Callable[[str], None]


@dataclass
class Copied:
    """Media of one backup: SHA-256 by key, bytes in all, how many files were new."""

    digests: dict[str, str] = field(default_factory=dict)
    size: int = 0
    new: int = 0


def copy(storage: Storage, folder: BackupFolder, known: Mapping[str, str], say: Say) -> Copied:
    """Copy every file that the folder lacks; `known` are the SHA-256 of an earlier snapshot by key.

    A file that disappears meanwhile was erased: it is left out. A key names one content for ever, so a
    file of the right size is not read again. Raises StorageUnavailable, and OSError for a full disk.
    """
    copied = Copied()
    for area in AREAS:
        for entry in storage.entries(area):
            path = folder.media / entry.key
            if not _has(path, entry.size):
                try:
                    _write(path, storage.get(entry.key))
                except FileNotFoundError:
                    continue
                copied.new += 1
            elif entry.key in known and area != PARTIAL:
                copied.digests[entry.key] = known[entry.key]
                copied.size += entry.size
                continue
            copied.digests[entry.key] = digest(path)
            copied.size += path.stat().st_size
            if len(copied.digests) % TELL_EVERY == 0:
                say(f"{len(copied.digests):,} photo files, {copied.new:,} of them new")
    return copied


def damaged_files(folder: BackupFolder, digests: Mapping[str, str], say: Say) -> list[str]:
    """Return the keys whose file is missing or damaged."""
    wrong = []
    for number, (key, expected) in enumerate(digests.items(), 1):
        path = folder.media / key
        if not path.is_file() or digest(path) != expected:
            wrong.append(key)
        if number % TELL_EVERY == 0:
            say(f"{number:,} of {len(digests):,} photo files checked")
    return wrong


def put_back(storage: Storage, folder: BackupFolder, keys: Iterable[str], say: Say) -> int:
    """Put files into the storage; return how many. Raises StorageUnavailable."""
    number = 0
    for number, key in enumerate(keys, 1):
        storage.put_file(key, folder.media / key)
        if number % TELL_EVERY == 0:
            say(f"{number:,} photo files put back")
    return number


def prune(folder: BackupFolder, in_use: set[str]) -> int:
    """Delete the files that no kept snapshot lists; return how many."""
    gone = 0
    for path in _files(folder.media):
        if path.relative_to(folder.media).as_posix() not in in_use:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _files(root: Path) -> Iterator[Path]:
    for directory, _, names in os.walk(root):
        yield from (Path(directory) / name for name in names)


def _has(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except OSError as problem:
        unfinished.unlink(missing_ok=True)
        raise SetupError(f"{path.parent} cannot be written: {problem.strerror}.") from problem
