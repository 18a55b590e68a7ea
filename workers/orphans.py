"""The nightly sweep of the media store: files that no row names are deleted, piece by piece."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from service.db import unit_of_work
from service.domain.kernel import leases
from service.domain.privacy.orphans import SETTLED, first_known, settled, unnamed
from service.ops.telemetry import get_logger
from service.storage import OPEN, ORIGINAL, PUBLIC, StorageUnavailable
from workers.app import celery_app, engine, now, storage
from workers.leases import HeldLease, held

log = get_logger(__name__)

NAME = "orphans"
AREAS = (ORIGINAL, PUBLIC, OPEN)
PIECE, MOST_DELETED = 20_000, 1_000
"""Keys that one run looks at, and files that it deletes at the most; another goes on a minute later."""
RENEW_AFTER = 50
"""A store may take a second for each deletion: the lease is renewed after so many."""


@dataclass(frozen=True, slots=True)
class SweepProgress:
    """Progress of the sweep: which area of the store, after which key, and what was found until then."""

    area: int = 0
    after: str = ""
    looked: int = 0
    deleted: int = 0

    def write(self) -> str:
        """Return the progress as the lease keeps it."""
        return json.dumps(asdict(self))


@celery_app.task(name="workers.orphans.sweep", acks_late=False)
def sweep() -> int:
    """Begin the night's sweep, or go on with one that is not done yet; how many files this run deleted."""
    return _run(begin=True)


@celery_app.task(name="workers.orphans.go_on", acks_late=False)
def go_on() -> int:
    """Go on with a sweep that was begun; how many files this run deleted."""
    return _run(begin=False)


def _run(*, begin: bool) -> int:
    with held(NAME) as lease:
        if lease is None:
            return 0
        with unit_of_work(engine()) as session:
            progress = leases.progress_of(session, NAME)
        if progress is None and not begin:
            return 0
        before = SweepProgress(**json.loads(progress)) if progress else SweepProgress()
        try:
            reached = _piece(lease, before)
            if reached.area == len(AREAS):
                _finish(reached)
        except StorageUnavailable as error:
            log.warning("media store not swept yet", why=str(error)[:300])
            reached = before
        left = reached.write() if reached.area < len(AREAS) else None
        with unit_of_work(engine()) as session:
            leases.note_progress(session, NAME, lease.holder, left)
    return reached.deleted - before.deleted


def _piece(lease: HeldLease, at: SweepProgress) -> SweepProgress:
    """Look at one piece of the store and delete what no row names; where to go on.

    Raises StorageUnavailable: the piece is looked at again then.
    """
    entries = storage().entries_after(AREAS[at.area], at.after, PIECE)
    with unit_of_work(engine()) as session:
        since = first_known(session)
        orphans = unnamed(session, settled(entries, since, now())) if since else []
    deleted = _delete(lease, orphans[:MOST_DELETED])
    if len(orphans) > MOST_DELETED:
        last = orphans[MOST_DELETED - 1]
        looked = sum(entry.key <= last for entry in entries)
        return replace(at, after=last, looked=at.looked + looked, deleted=at.deleted + deleted)
    at = replace(at, looked=at.looked + len(entries), deleted=at.deleted + deleted)
    if len(entries) < PIECE:
        return replace(at, area=at.area + 1, after="")
    return replace(at, after=entries[-1].key)


def _delete(lease: HeldLease, keys: Sequence[str]) -> int:
    """Delete these files but those written anew meanwhile: their row comes next. How many are gone."""
    gone = 0
    for number, key in enumerate(keys):
        if number % RENEW_AFTER == 0 and not lease.renew():
            break
        written_at = storage().written_at(key)
        if written_at is not None and written_at < now() - SETTLED:
            storage().delete(key)
            gone += 1
    return gone


def _finish(reached: SweepProgress) -> None:
    unfinished = storage().drop_unfinished(now() - SETTLED)
    log.info("media store swept", files=reached.looked, deleted=reached.deleted, unfinished=unfinished)
