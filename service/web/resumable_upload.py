"""A photo that arrives in pieces, so that a connection that drops loses one piece and not the photo.

The pieces lie in the storage under `partial/<report>/<photo>/<offset>.part` until the photo is whole: any web
process goes on where another stopped. What nobody went on with, a sweep removes.
"""

from __future__ import annotations

import io
from uuid import UUID

from starlette.datastructures import UploadFile

from service.errors import Conflict, Invalid, TooLarge, TooMany, UnsupportedMedia, invalid
from service.i18n import N_
from service.imaging.refusal import MAX_BYTES
from service.storage import PARTIAL, Storage, StoredFile

MOST_OPEN = 12
"""Unfinished photos of one report: a phone begins each anew once, at the worst."""

PIECE_BYTES = 1024 * 1024
"""The most that one piece may be."""


def have(storage: Storage, report_id: UUID, photo_id: UUID) -> int:
    """Return how many of the photo's first bytes have come."""
    at = 0
    for start, entry in _pieces(storage, report_id, photo_id):
        if start != at:
            break
        at += entry.size
    return at


def append_bytes(
    storage: Storage, report_id: UUID, photo_id: UUID, data: bytes, *, offset: int, length: int
) -> int:
    """Keep the bytes from `offset` on of a photo of `length` bytes; how many have come then.

    Raises Conflict with `Upload-Offset` where the photo goes on elsewhere, Invalid, TooLarge.
    """
    if length > MAX_BYTES:
        raise TooLarge(N_("Ảnh nặng quá 15 MB. Hãy gửi ảnh nhỏ hơn."))
    if offset + len(data) > length:
        raise invalid(["query", "length"], N_("Phần này vượt quá độ dài của ảnh."))
    if offset == 0:
        _check_open(storage, report_id, photo_id)
    there = have(storage, report_id, photo_id)
    if offset != there:
        raise Conflict(
            N_("Ảnh cần được gửi tiếp từ byte {offset}."),
            headers={"Upload-Offset": str(there)},
            extra={"offset": there},
            offset=there,
        )
    if data:
        storage.put(_key(report_id, photo_id, offset), data)
    return offset + len(data)


def _check_open(storage: Storage, report_id: UUID, photo_id: UUID) -> None:
    """Raise TooMany where as many other photos of the report are being uploaded as it may have at all."""
    prefix = f"{PARTIAL}{report_id}/"
    others = {entry.key.removeprefix(prefix).split("/", 1)[0] for entry in storage.entries(prefix)}
    if len(others - {str(photo_id)}) >= MOST_OPEN:
        raise TooMany(
            N_("Phản ánh này có quá nhiều ảnh đang gửi dở. Hãy gửi xong các ảnh đó trước."),
            headers={"Retry-After": "600"},
        )


def whole(storage: Storage, report_id: UUID, photo_id: UUID) -> UploadFile:
    """Return all that has come as one file, in order."""
    found = [entry.key for _, entry in _pieces(storage, report_id, photo_id)]
    data = b"".join(storage.get(key) for key in found)
    return UploadFile(io.BytesIO(data), size=len(data), filename=str(photo_id))


def clear_upload(storage: Storage, report_id: UUID, photo_id: UUID) -> None:
    """Delete the pieces: they are needed no more."""
    for _, entry in _pieces(storage, report_id, photo_id):
        storage.delete(entry.key)


def is_final(error: Exception) -> bool:
    """Return whether sending the same bytes again would be refused again."""
    return isinstance(error, (Conflict, Invalid, TooLarge, UnsupportedMedia))


def _key(report_id: UUID, photo_id: UUID, offset: int) -> str:
    return f"{PARTIAL}{report_id}/{photo_id}/{offset:08d}.part"


def _pieces(storage: Storage, report_id: UUID, photo_id: UUID) -> list[tuple[int, StoredFile]]:
    found = storage.entries(f"{PARTIAL}{report_id}/{photo_id}/")
    return sorted(((_offset(entry.key), entry) for entry in found), key=lambda each: each[0])


def _offset(key: str) -> int:
    return int(key.rsplit("/", 1)[1].removesuffix(".part"))
