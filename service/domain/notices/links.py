"""Signed tokens that stand in messages: whose message it is, which subscription is to be confirmed."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from service.domain.kernel import tokens
from service.domain.kernel.tokens import is_signed, sign

Purpose = Literal["message", "confirm", "question"]
_ID, _MAC = 16, 20
_SIGNED: Mapping[Purpose, tokens.Purpose] = {
    "message": "notice-message",
    "confirm": "notice-confirm",
    "question": "notice-question",
}


def make_token(key: bytes, purpose: Purpose, row_id: UUID) -> str:
    """Return a token without padding that says which row it is about and proves that we made it."""
    mac = sign(key, _SIGNED[purpose], row_id.bytes, _MAC)
    return urlsafe_b64encode(row_id.bytes + mac).decode()


def read_token(key: bytes, purpose: Purpose, token: str) -> UUID | None:
    """Return the row a token is about, or None for what we never made; compared in constant time."""
    try:
        raw = urlsafe_b64decode(token.encode())
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _ID + _MAC:
        return None
    row_id = UUID(bytes=raw[:_ID])
    return row_id if is_signed(key, _SIGNED[purpose], row_id.bytes, raw[_ID:], _MAC) else None
