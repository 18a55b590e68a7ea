"""Opaque cursors: where a reader stands in a list or in the feed, signed so that nobody makes them up."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from service.domain.kernel.tokens import all_keys
from service.errors import FieldError, Malformed
from service.i18n import N_

_MAC_BYTES = 8


class Cursors:
    """Seals and opens cursors with the installation's secret key.

    `kind` names what the cursor belongs to (the feed, a list in one order): a cursor of one kind opens as no
    other. A cursor holds no secret, only places in lists that anyone may walk.
    """

    def __init__(self, key: bytes) -> None:
        self._keys = [hashlib.blake2b(each, person=b"cursors").digest() for each in all_keys(key)]

    def seal(self, kind: str, values: Sequence[Any]) -> str:
        """The cursor for JSON-ready values."""
        return self._seal(kind, json.dumps(values, separators=(",", ":")).encode())

    def open(self, kind: str, cursor: str, parameter: str = "cursor") -> list[Any]:
        """The values again. Raises Malformed, naming the query parameter it came in."""
        found: list[Any] = json.loads(self._open(kind, cursor, parameter))
        return found

    def seal_position(self, position: int) -> str:
        """The feed's cursor that stands just after the event at `position`."""
        return self._seal("feed", b"%d" % position)

    def open_position(self, cursor: str, parameter: str = "after") -> int:
        """The position again. Raises Malformed."""
        return int(self._open("feed", cursor, parameter))

    def _seal(self, kind: str, payload: bytes) -> str:
        return urlsafe_b64encode(self._macs(kind, payload)[0] + payload).decode().rstrip("=")

    def _open(self, kind: str, cursor: str, parameter: str) -> bytes:
        try:
            sealed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except ValueError:
            sealed = b""
        mac, payload = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
        if not any(hmac.compare_digest(mac, each) for each in self._macs(kind, payload)):
            raise Malformed(
                N_("Con trỏ (cursor) không đúng. Hãy dùng nguyên con trỏ mà câu trả lời trước đã cho."),
                errors=[FieldError(("query", parameter), N_("Không phải con trỏ của danh sách này."))],
            )
        return payload

    def _macs(self, kind: str, payload: bytes) -> list[bytes]:
        """By every key, the newest first: readers of the feed keep their cursor for months."""
        said = kind.encode() + b"\0" + payload
        return [hashlib.blake2b(said, key=key, digest_size=_MAC_BYTES).digest() for key in self._keys]
