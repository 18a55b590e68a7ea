"""The certificate that visitors of the public address are shown: its end, and whether browsers trust it."""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

from service.settings import Settings

ANSWER_S = 3.0
KEPT_S, KEPT_WRONG_S = 3600.0, 300.0
"""A look is a connection to the public address, so one serves for an hour; five minutes where it failed."""

SOON = timedelta(days=14)
"""Automatic renewal happens a month before the end; two weeks before it has failed several times."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """`until` is None where none was shown; `problem` says why it is not trusted or not seen."""

    host: str
    until: datetime | None
    problem: str

    def ends_soon(self, now: datetime) -> bool:
        """Return whether it ends within two weeks."""
        return self.until is not None and self.until - now < SOON


_kept: dict[str, tuple[float, Certificate]] = {}
_lock = Lock()


def read_certificate(settings: Settings) -> Certificate | None:
    """Return the certificate of the public address, at most an hour old; None for a plain http address.

    Takes up to three seconds: never inside a transaction, never on the event loop.
    """
    parts = urlsplit(settings.public_url)
    if parts.scheme != "https" or not parts.hostname:
        return None
    with _lock:
        cached = _kept.get(settings.public_url)
    if cached is not None and time.monotonic() - cached[0] < (KEPT_WRONG_S if cached[1].problem else KEPT_S):
        return cached[1]
    found = look_at(parts.hostname, parts.port or 443)
    with _lock:
        _kept[settings.public_url] = time.monotonic(), found
    return found


def look_at(host: str, port: int, context: ssl.SSLContext | None = None) -> Certificate:
    """Return the certificate of a host as a browser would judge it."""
    context = context or ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), timeout=ANSWER_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as secured,
        ):
            shown = secured.getpeercert() or {}
    except ssl.SSLCertVerificationError as refusal:
        return Certificate(host, None, refusal.verify_message)
    except (OSError, ValueError) as failure:
        return Certificate(host, None, str(failure) or type(failure).__name__)
    ends = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    return Certificate(host, datetime.fromtimestamp(ends, UTC), "")
