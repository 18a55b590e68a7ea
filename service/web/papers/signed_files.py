"""Signed files of documents on their way in: read whole, looked at as far as a PDF shows itself, stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from anyio import to_thread
from starlette.datastructures import UploadFile

from service.domain.documents.register import DRAFTS
from service.errors import Invalid, TooLarge, UnsupportedMedia
from service.i18n import N_
from service.storage import Storage, new_token

MOST_BYTES = 20 * 1024 * 1024
_HEAD, _TAIL = 1024, 2048


@dataclass(frozen=True, slots=True)
class StoredPdf:
    """File that was stored, not yet kept by any document."""

    key: str
    sha256: bytes


async def store_signed(storage: Storage, file: UploadFile) -> StoredPdf:
    """Store a signed file. Raises Invalid, TooLarge, UnsupportedMedia: nothing in it is ever opened here."""
    data = await file.read(MOST_BYTES + 1)
    if not data:
        raise Invalid(N_("Tệp trống. Hãy chọn lại tệp."))
    if len(data) > MOST_BYTES:
        raise TooLarge(N_("Tệp nặng quá {most} MB."), most=MOST_BYTES // 1024 // 1024)
    if not is_pdf(data):
        raise UnsupportedMedia(N_("Bản ký phải là tệp PDF."))
    require_whole_pdf(data)
    key = f"{DRAFTS}/{new_token()}.pdf"
    await to_thread.run_sync(storage.put, key, data)
    return StoredPdf(key, hashlib.sha256(data).digest())


def is_pdf(data: bytes) -> bool:
    """Return whether a file says that it is a PDF."""
    return b"%PDF-" in data[:_HEAD]


def require_whole_pdf(data: bytes) -> None:
    """Raise Invalid for a PDF that breaks off."""
    if b"%%EOF" not in data[-_TAIL:]:
        raise Invalid(N_("Tệp PDF chưa đầy đủ. Hãy xuất hoặc quét lại."))


async def store_draft(storage: Storage, body: bytes) -> str:
    """Store a draft that was written here; its key."""
    key = f"{DRAFTS}/{new_token()}.docx"
    await to_thread.run_sync(storage.put, key, body)
    return key
