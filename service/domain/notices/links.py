"""Signed tokens that stand in messages: whose message it is, which subscription is to be confirmed."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Literal
from uuid import UUID

Purpose = Literal["message", "confirm", "question"]
_ID, _MAC = 16, 20


def make_token(key: bytes, purpose: Purpose, row_id: UUID) -> str:
    """A token without padding that says which row it is about and proves that we made it."""
    return urlsafe_b64encode(row_id.bytes + _mac(key, purpose, row_id)).decode()


def read_token(key: bytes, purpose: Purpose, given: str) -> UUID | None:
    """The row a token is about, or None for what we never made; compared in constant time."""
    try:
        raw = urlsafe_b64decode(given.encode())
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _ID + _MAC:
        return None
    row_id = UUID(bytes=raw[:_ID])
    return row_id if hmac.compare_digest(raw[_ID:], _mac(key, purpose, row_id)) else None


def _mac(key: bytes, purpose: str, row_id: UUID) -> bytes:
    return hmac.new(key, f"notice-{purpose}:".encode() + row_id.bytes, hashlib.sha256).digest()[:_MAC]
