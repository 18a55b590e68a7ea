"""The privacy ledger as a file beside the snapshots: appended to, read back for a restore."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from service.domain.publication.ledger import Action, entries_after
from service.problems import SetupError

BATCH = 1000


@dataclass(frozen=True, order=True)
class LedgerLine:
    """Entry of the ledger as a file keeps it."""

    at: datetime
    action: Action
    subject_id: UUID


def read_ledger(path: Path) -> list[LedgerLine]:
    """Return the entries of the file in order of time; none where there is no file.

    A last line that was cut off is left out. Raises SetupError for any other line that cannot be read.
    """
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines.pop()
    return sorted(_parsed(path, number, line) for number, line in enumerate(lines, 1))


def append_new(session: Session, path: Path) -> int:
    """Append the entries of the database that the file lacks, durably; return how many."""
    known = {_json(line) for line in read_ledger(path)}
    fresh = [line for line in dict.fromkeys(_lines(session)) if _json(line) not in known]
    if not fresh:
        return 0
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        _drop_cut_line(file.fileno())
        file.write(b"".join(_json(line).encode() + b"\n" for line in fresh))
        file.flush()
        os.fsync(file.fileno())
    return len(fresh)


def _lines(session: Session) -> Iterator[LedgerLine]:
    last = 0
    while entries := entries_after(session, last, BATCH):
        last = entries[-1].id
        for entry in entries:
            yield LedgerLine(entry.at.astimezone(UTC), Action(entry.action), entry.subject_id)


def _json(line: LedgerLine) -> str:
    return json.dumps(
        {"at": line.at.isoformat(), "action": line.action.value, "subject": str(line.subject_id)}
    )


def _parsed(path: Path, number: int, line: str) -> LedgerLine:
    try:
        given = json.loads(line)
        return LedgerLine(
            datetime.fromisoformat(given["at"]), Action(given["action"]), UUID(given["subject"])
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise SetupError(
            f"{path}, line {number}, cannot be read: what was erased or hidden would come back. "
            "Mend the line, or take the ledger of another copy."
        ) from problem


def _drop_cut_line(descriptor: int) -> None:
    """End the file before a line that a crash cut off: the next one would be written onto it."""
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, min(size, 4096), max(0, size - 4096))
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(descriptor, size - (len(tail) - tail.rfind(b"\n") - 1))
