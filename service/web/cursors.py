"""Opaque cursors: where a reader stands in a list or in the feed, signed so that nobody makes them up."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from service.domain.kernel.tokens import all_keys, is_same, is_signed, sign
from service.domain.queries.lists import Key
from service.errors import FieldError, Malformed
from service.i18n import N_

_MAC_BYTES = 8


class Cursors:
    """Seals and opens cursors with the installation's secret key.

    `kind` names what the cursor belongs to (the feed, a list in one order): a cursor of one kind opens as no
    other. A cursor holds no secret, only places in lists that anyone may walk.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, kind: str, values: Sequence[object]) -> str:
        """Return the cursor for JSON-ready values."""
        return self._seal(kind, json.dumps(values, separators=(",", ":")).encode())

    def open(self, kind: str, cursor: str, parameter: str = "cursor") -> list[Any]:
        """Return the values again. Raises Malformed, naming the query parameter it came in."""
        found: list[object] = json.loads(self._open(kind, cursor, parameter))
        return found

    def seal_position(self, position: int) -> str:
        """Return the feed's cursor that stands just after the event at `position`."""
        return self._seal("feed", b"%d" % position)

    def open_position(self, cursor: str, parameter: str = "after") -> int:
        """Return the position again. Raises Malformed."""
        return int(self._open("feed", cursor, parameter))

    def _seal(self, kind: str, payload: bytes) -> str:
        mac = sign(self._key, "cursor", _signed_bytes(kind, payload), _MAC_BYTES)
        return urlsafe_b64encode(mac + payload).decode().rstrip("=")

    def _open(self, kind: str, cursor: str, parameter: str) -> bytes:
        try:
            sealed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except ValueError:
            sealed = b""
        mac, payload = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
        signed = _signed_bytes(kind, payload)
        if not (
            is_signed(self._key, "cursor", signed, mac, _MAC_BYTES) or _was_sealed(self._key, signed, mac)
        ):
            raise Malformed(
                N_("Con trỏ (cursor) không đúng. Hãy dùng nguyên con trỏ mà câu trả lời trước đã cho."),
                errors=[FieldError(("query", parameter), N_("Không phải con trỏ của danh sách này."))],
            )
        return payload


def _signed_bytes(kind: str, payload: bytes) -> bytes:
    return kind.encode() + b"\0" + payload


def _was_sealed(key: bytes, signed: bytes, mac: bytes) -> bool:
    """Return whether the cursor was given out before cursors were signed as everything else is.

    Readers of the feed keep their cursor for months: those of 2026 are read, and no longer made.
    """
    keys = [hashlib.blake2b(each, person=b"cursors").digest() for each in all_keys(key)]
    macs = [hashlib.blake2b(signed, key=each, digest_size=_MAC_BYTES).digest() for each in keys]
    return any(is_same(mac, each) for each in macs)


def key_values(key: Key) -> list[object]:
    """Return the end of a page of reports as JSON-ready values."""
    return [key.value.isoformat() if isinstance(key.value, datetime) else key.value, str(key.id)]


def read_key(sort: str, values: Sequence[Any]) -> Key:
    """Return the end of a page again, of a list in the order of `sort`: a time, or metres."""
    value, identity = values
    if value is not None and sort != "distance":
        value = datetime.fromisoformat(value)
    return Key(value, UUID(identity))
