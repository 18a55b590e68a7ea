"""Retention carried out: what was kept long enough is erased, a batch a transaction; files go afterwards."""

from __future__ import annotations

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.privacy import retention
from service.ops.telemetry import get_logger
from service.storage import StorageUnavailable
from workers.app import celery_app, engine, now, storage
from workers.leases import HeldLease, held

log = get_logger(__name__)

BATCH, MOST_BATCHES = 500, 40
FILES = 100


@celery_app.task(name="workers.retention.carry_out", acks_late=False)
def carry_out() -> dict[str, int]:
    """Erase what is due, kind by kind; what is left after many batches waits for the next run."""
    with held("retention") as lease:
        if lease is None:
            return {}
        done = {name: _all_of(batch, lease) for name, batch in retention.BATCHES.items()}
    if any(done.values()):
        log.info("retention carried out", **done)
    return done


@celery_app.task(name="workers.retention.delete_files", acks_late=False)
def delete_files() -> int:
    """Delete files that nobody may keep; how many. A store that is away is asked again later, and for the
    other files not at all: they would all wait for it.
    """
    with unit_of_work(engine()) as session:
        due = retention.take_pending_deletions(session, now(), FILES)
    done = 0
    for key, tries in due:
        deleted = _delete(key, tries)
        if deleted is None:
            break
        done += deleted
    return done


def _all_of(batch: retention.Batch, lease: HeldLease) -> int:
    total = 0
    for _ in range(MOST_BATCHES):
        if not lease.renew():
            break
        with unit_of_work(engine()) as session:
            erased = batch(session, load_reference(session), now(), BATCH)
        total += erased
        if erased == 0:
            break
    return total


def _delete(key: str, tries: int) -> bool | None:
    """Return whether the file was deleted; None when the store is away."""
    with unit_of_work(engine()) as session:
        needed = retention.still_needed(session, key)
    try:
        if not needed:
            storage().delete(key)
    except StorageUnavailable as error:
        log.warning("file not deleted yet", tries=tries, why=str(error)[:300])
        with unit_of_work(engine()) as session:
            retention.postpone_deletion(session, key, tries, now())
        return None
    with unit_of_work(engine()) as session:
        retention.deleted(session, key)
    return not needed
