"""A photo's way from a form to its row: read, hashed, looked at in the sandbox, stored, written down.

For routes and pages alike. What a photo is, `imaging` decides; who may send one,
`domain/reports/photos.py` and `domain/works/photos.py`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Annotated
from uuid import UUID, uuid4

from anyio import to_thread
from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect

from service.db import async_unit_of_work
from service.domain.queries.photo_details import PhotoDetail, detail
from service.domain.reports import photos
from service.domain.reports.events import Actor
from service.domain.reports.photos import NewPhoto
from service.domain.works import photos as works_photos
from service.domain.works.photos import WorkPhotoKind
from service.errors import (
    AppError,
    FieldError,
    Invalid,
    Malformed,
    TooLarge,
    Unavailable,
    UnsupportedMedia,
)
from service.i18n import N_
from service.imaging import sandbox
from service.imaging.inspection import PhotoInspection
from service.imaging.refusal import MAX_BYTES, PhotoRefused, Reason
from service.imaging.sandbox import SandboxFailed
from service.models import Photo
from service.ops.telemetry import get_logger
from service.storage import Storage, new_token
from service.web.dependencies import Resources
from service.web.forms import close_form, is_multipart, read_form

log = get_logger(__name__)

AT_ONCE = 2
"""Photos looked at and stored at one moment by a process; each may take 15 MB here and 1 GB in its child."""
WAIT_S = 30
FORM_BYTES = 100_000
"""What a form may add to the file itself."""
FILE, ID, FORM_TOKEN = "file", "id", "csrf_token"

_REFUSALS: dict[Reason, tuple[type[AppError], str]] = {
    Reason.EMPTY: (Invalid, N_("Tệp ảnh trống. Hãy chọn lại ảnh.")),
    Reason.TOO_LARGE: (TooLarge, N_("Ảnh nặng quá 15 MB. Hãy gửi ảnh nhỏ hơn.")),
    Reason.NOT_A_PHOTO: (UnsupportedMedia, N_("Tệp này không phải ảnh JPEG, PNG, WebP hoặc HEIC.")),
    Reason.TOO_MANY_PIXELS: (TooLarge, N_("Ảnh có kích thước quá lớn. Hãy thu nhỏ ảnh rồi gửi lại.")),
    Reason.BROKEN: (Invalid, N_("Ảnh bị hỏng hoặc chưa đầy đủ. Hãy chụp lại hoặc chọn ảnh khác.")),
}


@dataclass(frozen=True, slots=True)
class Sending:
    """Photo on its way: to which report, from whom, when; `zone` reads camera clocks without one.

    `reopening`: it comes with the form that reopens a report that has ended.
    """

    report_id: UUID
    actor: Actor
    at: datetime
    zone: tzinfo
    id: UUID | None = None
    reopening: bool = False

    @property
    def owner_id(self) -> UUID:
        """Return whose the original is."""
        return self.report_id

    def expect(self, session: Session, sha256: bytes) -> Photo | None:
        """Return the photo if it was sent before; refused here if it will be, before the costly part."""
        who = (self.report_id, self.actor, self.id, sha256)
        return photos.expect(session, *who, reopening=self.reopening)[1]

    def add(self, session: Session, new: NewPhoto) -> tuple[Photo, bool]:
        """Return (the photo, whether it is new)."""
        return photos.add_photo(
            session,
            self.report_id,
            new,
            actor=self.actor,
            at=self.at,
            zone=self.zone,
            reopening=self.reopening,
        )


@dataclass(frozen=True, slots=True)
class WorkSending:
    """Photo on its way to a work: which, of what kind, from whom, when; `zone` as in `Sending`."""

    owner_id: UUID
    kind: WorkPhotoKind
    actor: Actor
    at: datetime
    zone: tzinfo
    id: UUID | None = None

    def expect(self, session: Session, sha256: bytes) -> Photo | None:
        """Return the photo if it was sent before; refused here if it will be, before the costly part."""
        return works_photos.expect_of_work(session, self.owner_id, self.kind, self.id, sha256)[1]

    def add(self, session: Session, new: NewPhoto) -> tuple[Photo, bool]:
        """Return (the photo, whether it is new)."""
        return works_photos.add_work_photo(
            session, self.owner_id, self.kind, new, actor=self.actor, at=self.at, zone=self.zone
        )


@asynccontextmanager
async def photo_form(request: Request) -> AsyncIterator[tuple[UploadFile, UUID | None]]:
    """The form's one `file` and its `id`; the file is closed afterwards.

    Raises UnsupportedMedia, Malformed, Invalid, and StorageUnavailable when it cannot be set down.
    """
    if not is_multipart(request.headers):
        raise UnsupportedMedia(N_("Hãy gửi ảnh dưới dạng multipart/form-data."))
    try:
        yield _file_and_id(await read_form(request, max_files=1, max_fields=4, max_part_size=1024))
    except ClientDisconnect:
        raise Malformed(N_("Kết nối bị ngắt giữa chừng. Hãy gửi lại ảnh.")) from None
    finally:
        close_form(request.scope)


def _file_and_id(form: FormData) -> tuple[UploadFile, UUID | None]:
    errors = [
        FieldError(("body", name), N_("Không có mục này; hãy bỏ đi hoặc xem lại tên."))
        for name in sorted(form.keys() - {FILE, ID, FORM_TOKEN})
    ]
    identity: UUID | None = None
    try:
        identity = UUID(given) if isinstance(given := form.get(ID), str) and given else None
    except ValueError:
        errors.append(FieldError(("body", ID), N_("Cần một mã UUID.")))
    file = form.get(FILE)
    if not isinstance(file, UploadFile):
        errors.append(FieldError(("body", FILE), N_("Cần một tệp ảnh.")))
    if errors or not isinstance(file, UploadFile):
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)
    return file, identity


async def receive_photo(
    resources: Resources, gate: Gate, file: UploadFile, sending: Sending | WorkSending
) -> tuple[PhotoDetail, bool]:
    """Return (the photo, whether it is new). When this returns the original is on the disk and the row
    committed.

    Raises the AppError that says why the file is not taken; nothing is left behind then but, after a crash
    at the worst moment, a file that the next attempt writes again.
    """
    if (file.size or 0) > MAX_BYTES:
        raise refused_photo(PhotoRefused(Reason.TOO_LARGE))
    sha256 = await to_thread.run_sync(_digest, file)
    async with async_unit_of_work(resources.engine) as session:
        known = await session.run_sync(_known, sending, sha256)
    if known:
        return known, False
    async with gate.turn():
        new = await to_thread.run_sync(_look_and_store, resources.storage, file, sending, sha256)
    async with async_unit_of_work(resources.engine) as session:
        photo, stored = await session.run_sync(_write_down, sending, new)
    resources.waker.wake()
    return photo, stored


class Gate:
    """Lets AT_ONCE photos of a process through together; the others wait, but not for ever."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Raises Unavailable after WAIT_S in the queue."""
        try:
            async with asyncio.timeout(WAIT_S):
                await self._places.acquire()
        except TimeoutError:
            raise busy_with_photos() from None
        try:
            yield
        finally:
            self._places.release()


async def get_gate(request: Request) -> Gate:
    """Return the process's gate."""
    state = request.app.state
    if not hasattr(state, "photo_gate"):
        state.photo_gate = Gate()
    gate: Gate = state.photo_gate
    return gate


GateDep = Annotated[Gate, Depends(get_gate)]


def _digest(file: UploadFile) -> bytes:
    file.file.seek(0)
    digest = hashlib.file_digest(file.file, "sha256")  # type: ignore[arg-type]
    return digest.digest()


def _known(session: Session, sending: Sending | WorkSending, sha256: bytes) -> PhotoDetail | None:
    sent = sending.expect(session, sha256)
    return detail(sent) if sent else None


def _look_and_store(
    storage: Storage, file: UploadFile, sending: Sending | WorkSending, sha256: bytes
) -> NewPhoto:
    file.file.seek(0)
    data = file.file.read()
    try:
        found = sandbox.inspect_in_child(data)
    except PhotoRefused as refused:
        log.info("photo refused", reason=refused.reason, why=refused.detail[:200], size=len(data))
        raise refused_photo(refused) from refused
    except SandboxFailed as error:
        log.error("photo not looked at", why=str(error)[:500])
        raise busy_with_photos() from error
    new = describe_photo(found, sending.id, sha256, len(data))
    storage.put(photos.original_key(sending.owner_id, sha256, new.media_type), data)
    return new


def describe_photo(found: PhotoInspection, photo_id: UUID | None, sha256: bytes, size: int) -> NewPhoto:
    """Return the row-to-be of a file that was looked at."""
    evidence = found.evidence
    return NewPhoto(
        id=photo_id or uuid4(),
        sha256=sha256,
        media_type=found.format.media_type,
        size=size,
        width=found.width,
        height=found.height,
        token=new_token(),
        lon=evidence.lon,
        lat=evidence.lat,
        taken_at=evidence.taken_at,
        taken_local=evidence.taken_local,
        evidence={"clock": evidence.clock, "camera": evidence.camera, "accuracy_m": evidence.accuracy_m},
    )


def _write_down(session: Session, sending: Sending | WorkSending, new: NewPhoto) -> tuple[PhotoDetail, bool]:
    photo, stored = sending.add(session, new)
    return detail(photo), stored


def refused_photo(refused: PhotoRefused) -> AppError:
    """Return the refusal of a file that is no photo we take, in words."""
    kind, message = _REFUSALS[refused.reason]
    return kind(message, errors=[FieldError(("body", FILE), message)])


def busy_with_photos() -> Unavailable:
    """Return the refusal while too many photos are looked at."""
    return Unavailable(
        N_("Hệ thống đang nhận nhiều ảnh. Hãy gửi lại sau ít giây."), headers={"Retry-After": "10"}
    )
