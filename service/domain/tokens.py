"""The secret of a follower: says whose it is and proves it. The reporter's own secret is in `codes.py`."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

_ID, _MAC = 16, 23
"""39 bytes make 52 letters without padding; a report's secret has 32, so the two are never mistaken."""


def follower_secret(key: bytes, follower_id: UUID) -> str:
    """The follower's secret. Derived, so that a retry gets the same one and none is stored."""
    return urlsafe_b64encode(follower_id.bytes + _mac(key, follower_id)).decode()


def read_follower_secret(key: bytes, given: str) -> UUID | None:
    """Whose secret `given` is, or None if it is nobody's; compared in constant time."""
    try:
        raw = urlsafe_b64decode(given.encode())
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _ID + _MAC:
        return None
    follower_id = UUID(bytes=raw[:_ID])
    return follower_id if hmac.compare_digest(raw[_ID:], _mac(key, follower_id)) else None


def _mac(key: bytes, follower_id: UUID) -> bytes:
    return hmac.new(key, b"follower-secret:" + follower_id.bytes, hashlib.sha256).digest()[:_MAC]
