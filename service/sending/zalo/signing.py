"""Signature of Zalo's webhooks: SHA-256 over app, body, time and the account's secret; no HMAC.

Read in the official SDK; the header's `mac=` is taken with and without.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from service.domain.kernel.tokens import is_same

OLDEST = timedelta(hours=2)
"""Guess: covers the last of Zalo's repetitions, one hour and a half after the first try."""

NEWEST = timedelta(minutes=10)


def signature(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """Return the signature in hexadecimal digits."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def is_signed_by(header: str, app_id: str, body: bytes, timestamp: str, secret: str) -> bool:
    """Return whether the header is the signature of the body; compared in constant time."""
    given = header.strip().removeprefix("mac=").strip().lower()
    return is_same(given, signature(app_id, body, timestamp, secret))


def is_timely(timestamp: str, now: datetime) -> bool:
    """Return whether an event's time, in milliseconds since 1970, is near enough."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 14):
        return False
    at = datetime.fromtimestamp(int(timestamp) / 1000, UTC)
    return now - OLDEST <= at <= now + NEWEST
