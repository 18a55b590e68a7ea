"""Tracking codes and report secrets: short things people say or keep, not guessable in sequence."""

from __future__ import annotations

import binascii
import re
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from service.domain.kernel.follower_secrets import generation_of
from service.domain.kernel.tokens import is_signed, sign

_MAC = 24

ALPHABET = "2346789CDFGHJKMNPQRTVWXY"
"""Letters and digits that neither look nor sound alike (no 0/O, 1/I/L, 5/S, B/8's B, U/V's U, Z/2's Z)."""

LONGEST = 300
"""Characters looked at: a code may come as the whole address of its page."""

_BETWEEN = r"[\W_]{0,5}"
_BEFORE = r"(?:HTTPS?://\S{1,200}/R/|/?R/|[^:]{0,30}:|M[ÃA](?: S[ỐO])?\b|CODE\b)?[\W_]{0,10}"
_SHAPE = re.compile(
    rf"{_BEFORE}([A-Z]{{2,5}}){_BETWEEN}([{ALPHABET}]{{4}}){_BETWEEN}([{ALPHABET}]{{2}})"
    r"(?:[\W_]{0,10}|/?[?#]\S{0,250})"
)

_SHORT = re.compile(
    r"(?:M[ÃA](?: S[ỐO])?\b|CODE\b)?[\W_]{0,10}"
    rf"([{ALPHABET}]{{4}}){_BETWEEN}([{ALPHABET}]{{2}})[\W_]{{0,10}}"
)
"""A code whose prefix was left out, as people read it off a screen."""


def new_code(prefix: str) -> str:
    """Return a random tracking code such as `HUE-7K3M-92`; uniqueness is the table's business."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(6))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"


def tidy_code(text: str, prefix: str = "") -> str | None:
    """Return the code in its written form from how people type, paste or copy it, or None if it is none.

    Messengers and word processors put other dashes, quotes, full-width letters and invisible characters
    around it; people copy the whole address of its page, or the words before it. With the city's `prefix` the
    code may also come without it.
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    visible = "".join(each for each in plain if unicodedata.category(each) != "Cf").strip().upper()
    if prefix and (short := _SHORT.fullmatch(visible)):
        return "-".join((prefix, *short.groups()))
    found = _SHAPE.fullmatch(visible)
    return "-".join(found.groups()) if found else None


def report_secret(key: bytes, report_id: UUID, generation: int = 0) -> str:
    """Return the reporter's secret. Derived, so that a retried submission gets the same one and none is
    stored.

    A report whose secret was made anew is of a later generation, and the secrets before it open nothing.
    """
    return urlsafe_b64encode(sign(key, "report-secret", generation_of(report_id, generation), _MAC)).decode()


def is_report_secret(key: bytes, report_id: UUID, given: str, generation: int = 0) -> bool:
    """Return whether `given` is the secret of this report; compared in constant time."""
    try:
        mac = urlsafe_b64decode(given.encode())
    except (binascii.Error, ValueError):
        return False
    written = urlsafe_b64encode(mac).decode() == given  # decoding overlooks what is no letter of it
    return is_signed(key, "report-secret", generation_of(report_id, generation), mac, _MAC) and written
