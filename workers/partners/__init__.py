"""Photos fetched from other systems: the network between short transactions."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.open311.links import PhotoToFetch, claim_links, put_off_link, settle_link
from service.domain.reports import photos
from service.domain.reports.events import REPORTER
from service.errors import AppError
from service.imaging import sandbox
from service.imaging.refusal import MAX_BYTES, PhotoRefused
from service.imaging.sandbox import SandboxFailed
from service.ops.telemetry import about, get_logger
from service.sending.outgoing import AddressRefused, AnswerTooLarge, CallFailed, OutgoingCalls
from service.settings import get_settings
from service.storage import StorageUnavailable
from service.web.uploads import describe_photo
from workers.app import celery_app, engine, now, storage

log = get_logger(__name__)

BATCH, BUDGET_S, PHOTO_S = 5, 40.0, 20.0
PASSING = frozenset({408, 425, 429})


class PhotoLost(Exception):
    """A photo that will not come, however often it is asked for."""


@celery_app.task(name="workers.partners.fetch_photos", acks_late=False)
def fetch_photos() -> int:
    """Fetch photos that reports name by a link; how many came."""
    began, came = time.monotonic(), 0
    while time.monotonic() - began < BUDGET_S:
        with unit_of_work(engine()) as session:
            wanted = claim_links(session, now(), BATCH)
        if not wanted:
            break
        came += _fetch_all(wanted)
    return came


def _fetch_all(wanted: Sequence[PhotoToFetch]) -> int:
    came = 0
    for photo in wanted:
        with about(report_id=str(photo.report_id)):
            try:
                _fetch(photo)
            except (PhotoLost, PhotoRefused, AddressRefused, AnswerTooLarge, AppError) as lost:
                if isinstance(lost, StorageUnavailable):
                    _put_off(photo, lost)
                    continue
                log.warning("photo by link given up", why=str(lost)[:300])
                with unit_of_work(engine()) as session:
                    settle_link(session, photo.id)
            except (CallFailed, SandboxFailed) as failed:
                _put_off(photo, failed)
            else:
                came += 1
    return came


def _put_off(photo: PhotoToFetch, why: Exception) -> None:
    with unit_of_work(engine()) as session:
        again = put_off_link(session, photo, now())
    log.info("photo by link not there", tries=photo.tries, again=again, why=str(why)[:300])


def _fetch(photo: PhotoToFetch) -> None:
    """Fetch, look at and store one photo as its reporter's; the same one again is none."""
    calls = OutgoingCalls(get_settings().webhook_rules, whole_s=PHOTO_S, most_bytes=MAX_BYTES)
    answer = calls.get(photo.url)
    if answer.status >= 500 or answer.status in PASSING:
        raise CallFailed(f"status {answer.status}")
    if answer.status != 200:
        raise PhotoLost(f"status {answer.status}")
    sha256 = hashlib.sha256(answer.body).digest()
    with unit_of_work(engine()) as session:
        _, known = photos.expect(session, photo.report_id, REPORTER, None, sha256)
        zone = ZoneInfo(load_reference(session).timezone)
    if known is None:
        new = describe_photo(sandbox.inspect_in_child(answer.body), None, sha256, len(answer.body))
        storage().put(photos.original_key(photo.report_id, sha256, new.media_type), answer.body)
    with unit_of_work(engine()) as session:
        if known is None:
            photos.add_photo(session, photo.report_id, new, actor=REPORTER, at=now(), zone=zone)
        settle_link(session, photo.id)
