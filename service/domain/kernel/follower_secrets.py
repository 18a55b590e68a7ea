"""The secret of a follower: says whose it is and proves it. The reporter's own secret is in `codes.py`."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from service.domain.kernel.tokens import is_signed, sign

_ID, _MAC = 16, 23
"""39 bytes make 52 letters without padding; a report's secret has 32, so the two are never mistaken."""


def follower_secret(key: bytes, follower_id: UUID, generation: int = 0) -> str:
    """Return the follower's secret. Derived, so that a retry gets the same one and none is stored."""
    mac = sign(key, "follower-secret", generation_of(follower_id, generation), _MAC)
    return urlsafe_b64encode(follower_id.bytes + mac).decode()


def claimed_follower(secret: str) -> UUID | None:
    """Return the follower whom a secret names, not yet verified; None for what is no follower's
    secret.
    """
    raw = _decoded(secret)
    return UUID(bytes=raw[:_ID]) if len(raw) == _ID + _MAC else None


def read_follower_secret(key: bytes, secret: str, generation: int = 0) -> UUID | None:
    """Return the follower whose secret this is, None if it is nobody's; compared in constant time."""
    follower_id = claimed_follower(secret)
    if follower_id is None:
        return None
    mac = _decoded(secret)[_ID:]
    good = is_signed(key, "follower-secret", generation_of(follower_id, generation), mac, _MAC)
    return follower_id if good else None


def generation_of(row_id: UUID, generation: int) -> bytes:
    """Return what is signed for a row's secret; in generation 0 as it was before there were any."""
    return row_id.bytes + (b":%d" % generation if generation else b"")


def _decoded(secret: str) -> bytes:
    try:
        return urlsafe_b64decode(secret.encode())
    except (binascii.Error, ValueError):
        return b""
