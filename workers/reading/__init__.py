"""Reading telephone numbers from photos of advertisements: after the photo is shown, in a queue of its own,
harmless to repeat. Without the packages that read, only what citizens typed is taken over.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from service.db import unit_of_work
from service.domain.numbers.extraction import NumberReading
from service.domain.numbers.proposals import (
    PhotoToRead,
    forget_proposed,
    photos_to_read,
    propose_readings,
    propose_typed_number,
)
from service.domain.relay import give_receipt, still_handed_over, without_receipt
from service.imaging.number_reader import numbers_on
from service.imaging.text_reader import can_read, open_picture
from service.ops.telemetry import about, get_logger
from service.storage import StorageUnavailable
from workers.app import celery_app, engine, now, storage
from workers.sending import worker_reference

log = get_logger(__name__)

CONSUMER = "reading"
OVERDUE = timedelta(minutes=3)
SWEEP_BATCH = 20
BUDGET_S = 60.0
"""A task begins no photo after so long; what is left has no receipt, and the sweep takes it up."""


@celery_app.task(name="workers.reading.read")
def read(event_ids: Sequence[str]) -> None:
    """Read the photos that these events told are ready. Harmless to repeat."""
    _read(event_ids)


@celery_app.task(name="workers.reading.sweep", acks_late=False)
def sweep() -> int:
    """Read what was handed out OVERDUE ago and is not read, whatever became of the task; how many events.

    One batch after the other for BUDGET_S: after a broker that lost its tasks hundreds may wait.
    """
    began, count = time.monotonic(), 0
    while time.monotonic() - began < BUDGET_S:
        with unit_of_work(engine()) as session:
            pending = without_receipt(session, CONSUMER, now() - OVERDUE, SWEEP_BATCH)
        done = _read(pending)
        count += done
        if (
            done < len(pending) or len(pending) < SWEEP_BATCH
        ):  # a storage that does not answer; nothing more waits
            break
    return count


@celery_app.task(name="workers.reading.forget", acks_late=False)
def forget() -> int:
    """Forget what was read and nobody confirmed in time; how many."""
    with unit_of_work(engine()) as session:
        gone = forget_proposed(session, now())
    if gone:
        log.info("unconfirmed readings forgotten", readings=gone)
    return gone


def _read(event_ids: Sequence[str]) -> int:
    """Take one event after the other, each with its receipt: who dies in between does the last one again.

    Returns how many were read now or had been read before.
    """
    began, count = time.monotonic(), 0
    with unit_of_work(engine()) as session:
        pending = still_handed_over(session, CONSUMER, event_ids)
    for event_id in event_ids:
        if event_id not in pending:
            count += 1
            continue
        if time.monotonic() - began > BUDGET_S:
            break
        try:
            _read_event(event_id)
        except StorageUnavailable as error:
            log.warning("photo stays unread", event_id=event_id, why=str(error)[:300])
            continue
        with unit_of_work(engine()) as session:
            give_receipt(session, CONSUMER, [event_id])
        count += 1
    return count


def _read_event(event_id: str) -> None:
    with unit_of_work(engine()) as session:
        photos = photos_to_read(session, worker_reference(session), [int(event_id)])
        for photo in photos:
            propose_typed_number(session, photo.report_id, now())
    for photo in photos:
        with about(report_id=str(photo.report_id)):
            read_photo(photo)


def read_photo(photo: PhotoToRead) -> int:
    """Return how many numbers are new. The picture first, with no transaction open; then what it says."""
    if not can_read():
        return 0
    try:
        data = storage().get(photo.key)
    except FileNotFoundError:  # erased, or renamed as it was hidden: it is not read then
        return 0
    readings, size, took_s = _look(photo.id, data)
    with unit_of_work(engine()) as session:
        new = propose_readings(session, photo.id, readings, size, now=now())
    log.info("photo read", photo=str(photo.id), numbers=len(readings), new=new, took_s=took_s)
    return new


def _look(photo_id: UUID, data: bytes) -> tuple[list[NumberReading], tuple[int, int], float]:
    """Return the numbers, the size of the picture and how long it took."""
    began = time.monotonic()
    try:
        picture = open_picture(data)
        found = numbers_on(picture)
    except Exception:  # whatever the models stumble over, the next photo is read
        log.exception("photo cannot be read", photo=str(photo_id))
        return [], (1, 1), round(time.monotonic() - began, 2)
    return found, picture.size, round(time.monotonic() - began, 2)
