"""Making the public versions of photos: one at a time, decoded in a child process, harmless to repeat."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from kombu.exceptions import OperationalError

from service.db import unit_of_work
from service.domain.reports import photos
from service.domain.works import photos as works_photos
from service.imaging import sandbox
from service.imaging.refusal import PhotoRefused
from service.imaging.render import Versions
from service.imaging.sandbox import SandboxFailed
from service.models import Photo
from service.models.reports.photo import PhotoState
from service.ops.queues import PHOTOS
from service.ops.telemetry import about, get_logger
from service.storage import PARTIAL, StorageUnavailable
from workers.app import celery_app, engine, now, storage

log = get_logger(__name__)

OVERDUE = timedelta(seconds=30)
ABANDONED = timedelta(hours=12)
"""After this long nobody goes on sending a photo; should the phone do so, it begins anew."""
SWEEP_LIMIT = 200
BATCH = 4
MOST_RENAMED = 5
"""How often a photo may get a new name while it is stored; then the sweep takes it up again."""
BUDGET_S = 40.0
"""A task begins no photo after so long: one takes a minute at most, and a message comes back after two."""


@celery_app.task(name="workers.photos.render_photos")
def render_photos(report_ids: Sequence[str]) -> None:
    """Make what is missing for these reports. A store that is away leaves photos raw, for the sweep."""
    with unit_of_work(engine()) as session:
        raw = photos.raw_photos(session, [UUID(each) for each in report_ids])
    _render(raw)


@celery_app.task(name="workers.photos.render_of_works")
def render_of_works(event_ids: Sequence[str]) -> None:
    """Make what is missing for the works that these events are about, as `render_photos` for reports."""
    with unit_of_work(engine()) as session:
        raw = works_photos.raw_of_events(session, [int(each) for each in event_ids])
    _render(raw)


@celery_app.task(name="workers.photos.render_rest")
def render_rest(photo_ids: Sequence[str]) -> None:
    """Make what a task before left, for it took long enough."""
    _render([UUID(each) for each in photo_ids])


def _render(photo_ids: Sequence[UUID]) -> None:
    """Make the photos ready one after the other; after BUDGET_S the rest is handed on, so that no message
    comes back while its task lives. Without a broker the sweep finds it.
    """
    began = time.monotonic()
    for index, photo_id in enumerate(photo_ids):
        if time.monotonic() - began > BUDGET_S:
            rest = [str(each) for each in photo_ids[index:]]
            with suppress(OperationalError, OSError):
                render_rest.apply_async(args=[rest], queue=PHOTOS, retry=False)
            return
        render_photo(photo_id)


def render_photo(photo_id: UUID) -> None:
    """Render a photo: files first, then one short transaction that says so;
    a crash between the two repeats both.
    """
    with unit_of_work(engine()) as session:
        photo = session.get(Photo, photo_id)
    if photo is None or photo.state != PhotoState.RAW:
        return
    owner = {"work_id": str(photo.work_id)} if photo.work_id else {"report_id": str(photo.report_id)}
    with about(**owner):
        try:
            _publish(photo, sandbox.render_in_child(storage().get(photo.original_key)))
        except (PhotoRefused, FileNotFoundError) as error:
            _give_up(photo, f"{type(error).__name__}: {error}")
        except (StorageUnavailable, SandboxFailed) as error:
            log.warning(
                "photo stays raw", photo=str(photo_id), error=type(error).__name__, why=str(error)[:300]
            )


def _publish(photo: Photo, versions: Versions) -> None:
    """Store the versions and say so; once more under the new names if it was hidden at that moment."""
    for _ in range(MOST_RENAMED):
        storage().put(photo.public_key, versions.full.data)
        storage().put(photo.thumbnail_key, versions.thumbnail.data)
        with unit_of_work(engine()) as session:
            ready = photos.mark_ready(session, photo.id, at=now(), key=photo.public_key)
            current = session.get(Photo, photo.id, populate_existing=True)
        if ready:
            log.info("photo ready", photo=str(photo.id))
        if current is not None and current.public_key == photo.public_key:
            return
        storage().delete(photo.public_key)
        storage().delete(photo.thumbnail_key)
        if current is None or current.state != "raw":
            return
        photo = current


def _give_up(photo: Photo, reason: str) -> None:
    with unit_of_work(engine()) as session:
        if photos.mark_photo_failed(session, photo.id, reason[:500], at=now()):
            log.warning("photo failed", photo=str(photo.id), why=reason[:300])


@celery_app.task(name="workers.photos.sweep", acks_late=False)
def sweep() -> int:
    """Hand out again what is still raw after OVERDUE, whatever the broker forgot; how many reports, and
    photos of works.
    """
    with unit_of_work(engine()) as session:
        reports = photos.reports_left_raw(session, now() - OVERDUE, SWEEP_LIMIT)
        of_works = works_photos.left_raw(session, now() - OVERDUE, SWEEP_LIMIT)
    for task, left in ((render_photos, reports), (render_rest, of_works)):
        for start in range(0, len(left), BATCH):
            batch = [str(each) for each in left[start : start + BATCH]]
            task.apply_async(args=[batch], queue=PHOTOS, expires=OVERDUE.total_seconds() * 4)
    return len(reports) + len(of_works)


@celery_app.task(name="workers.photos.drop_pieces", acks_late=False)
def drop_pieces() -> int:
    """Remove what is left of photos that never became whole; how many pieces."""
    old = [each.key for each in storage().entries(PARTIAL) if each.written_at < now() - ABANDONED]
    for key in old:
        storage().delete(key)
    return len(old)
