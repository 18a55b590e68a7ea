"""Token in the address or the subject of our letters: names the conversation that an answer belongs to."""

from __future__ import annotations

import binascii
import re
from base64 import b32decode, b32encode
from uuid import UUID

from service.domain.kernel.tokens import is_signed, sign

_MAC = 6
_LENGTH = 36
TOKEN = re.compile(rf"(?<![a-z2-7])k([a-z2-7]{{{_LENGTH}}})(?![a-z2-7])", re.IGNORECASE)
"""As it stands in `dttm+k…@…` and in `[k…]`: any mail programme keeps it, whatever it does to capitals."""


def reply_token(key: bytes, talk_id: UUID) -> str:
    """Return the token of a conversation."""
    return (
        b32encode(talk_id.bytes + sign(key, "talk-reply", talk_id.bytes, _MAC)).decode().lower().rstrip("=")
    )


def read_reply_token(key: bytes, token: str) -> UUID | None:
    """Return the conversation of a token, None for one that is not ours."""
    try:
        raw = b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    head, mac = raw[:16], raw[16:]
    if len(raw) != 16 + _MAC or not is_signed(key, "talk-reply", head, mac, _MAC):
        return None
    return UUID(bytes=head)


def find_token(text: str) -> str:
    """Return the token that a text holds, empty for none."""
    found = TOKEN.search(text)
    return found[1].lower() if found else ""
