"""Files of messages: fetched while their links last, looked at in the sandbox, given to reports as photos."""

from __future__ import annotations

import hashlib
import time
from uuid import uuid4
from zoneinfo import ZoneInfo

from service.db import unit_of_work
from service.domain.reports import photos
from service.domain.reports.events import REPORTER
from service.domain.talks import files
from service.domain.talks.files import AttachablePhoto, FetchedFile, FileToFetch
from service.domain.talks.vault import Vault
from service.errors import AppError
from service.imaging import sandbox
from service.imaging.refusal import MAX_BYTES, PhotoRefused
from service.imaging.sandbox import SandboxFailed
from service.ops.telemetry import get_logger
from service.sending.channels import talk_channels
from service.sending.media import FetchFailed
from service.settings import get_settings
from service.storage import StorageUnavailable
from service.web.uploads import describe_photo
from workers.app import celery_app, engine, now, storage
from workers.sending import worker_reference

log = get_logger(__name__)

BUDGET_S = 20.0
LOGO = "logo"


@celery_app.task(name="workers.talks.media.fetch_files", acks_late=False)
def fetch_files() -> int:
    """Fetch what new messages point to, then give reports their photos; how many files were kept."""
    began, fetched = time.monotonic(), 0
    while time.monotonic() - began < BUDGET_S:
        with unit_of_work(engine()) as session:
            waiting = files.claim_files(session, Vault(get_settings().secret), now(), 1)
        if not waiting:
            break
        fetched += _fetch(waiting[0])
    with unit_of_work(engine()) as session:
        ready = files.attachable_photos(session, 20)
    for each in ready:
        if time.monotonic() - began < BUDGET_S:
            _attach(each)
    return fetched


def _fetch(file: FileToFetch) -> int:
    settings = get_settings()
    channel = talk_channels(settings).get(file.channel)
    try:
        if channel is None:
            raise FetchFailed("no account", for_good=True)
        data = channel.fetch(settings, storage(), file.url)
        found = _looked_at(data, channel.least_side) if file.kind == "photo" else _unopened(data)
        storage().put(found.object_key, data)
    except (FetchFailed, PhotoRefused, SandboxFailed, StorageUnavailable) as error:
        for_good = isinstance(error, PhotoRefused) or (isinstance(error, FetchFailed) and error.for_good)
        with unit_of_work(engine()) as session:
            files.mark_refused(session, file.id, str(error), now(), for_good=for_good)
        log.info("file of a message not kept", file=file.id, why=str(error)[:200])
        return 0
    with unit_of_work(engine()) as session:
        files.mark_kept(session, file.id, found)
    return 1


def _unopened(data: bytes) -> FetchedFile:
    """Return a file that is none of ours to open: colleagues may take it, as a download."""
    if len(data) > MAX_BYTES:
        raise FetchFailed("too large", for_good=True)
    key = f"original/talks/{uuid4().hex}.bin"
    return FetchedFile(hashlib.sha256(data).digest(), key, "application/octet-stream", len(data))


def _looked_at(data: bytes, least_side: int) -> FetchedFile:
    """Return what a photo tells of itself; it is decoded in a child process."""
    found = sandbox.inspect_in_child(data)
    if min(found.width, found.height) < least_side:
        raise FetchFailed(LOGO, for_good=True)
    digest = hashlib.sha256(data).digest()
    evidence = found.evidence
    key = f"original/talks/{uuid4().hex}.{found.format.media_type.partition('/')[2]}"
    return FetchedFile(digest, key, found.format.media_type, len(data), evidence.lon, evidence.lat)


def _attach(ready: AttachablePhoto) -> None:
    try:
        data = storage().get(ready.object_key)
        found = sandbox.inspect_in_child(data)
        new = describe_photo(found, None, hashlib.sha256(data).digest(), len(data))
        storage().put(photos.original_key(ready.report_id, new.sha256, new.media_type), data)
        with unit_of_work(engine()) as session:
            zone = ZoneInfo(worker_reference(session).timezone)
            photos.add_photo(session, ready.report_id, new, actor=REPORTER, at=now(), zone=zone)
            files.mark_attached(session, ready.id)
    except (PhotoRefused, FileNotFoundError, AppError) as error:
        with unit_of_work(engine()) as session:
            files.mark_attached(session, ready.id, why_not=str(error) or type(error).__name__)
    except (SandboxFailed, StorageUnavailable) as error:
        log.warning("photo of a conversation waits", file=ready.id, why=str(error)[:200])
