"""Citizens who sign in by a one-time code sent to their telephone or e-mail: no password, no account."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

DIGITS = 6


def code_of(key: bytes, code_id: UUID) -> str:
    """The six digits of a code that was asked for: derived, so that no table and no queue holds them."""
    number = int.from_bytes(
        hmac.new(key, b"signin-code:" + code_id.bytes, hashlib.sha256).digest()[:8], "big"
    )
    return f"{number % 10**DIGITS:0{DIGITS}d}"
