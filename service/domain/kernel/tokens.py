"""Signing with the installation's keys: what was signed with an older key of the ring is still good.

Every purpose is signed apart, so that what is made for one opens no other. HMAC and the list of keys are
those of `itsdangerous`; its own key derivation is off, since secrets in people's mails were signed without.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Literal, Self

from itsdangerous import Signer

Purpose = Literal[
    "report-secret",
    "follower-secret",
    "notice-message",
    "notice-confirm",
    "notice-question",
    "csrf",
    "proof",
    "device",
    "follow",
    "signin-code",
    "signin-code-hash",
    "recovery",
]

SHORTEST_KEY = 32


class KeyRing(bytes):
    """The keys of an installation: the newest one's bytes, which sign, and the `older` ones, newest first."""

    older: tuple[bytes, ...]

    def __new__(cls, keys: Sequence[bytes]) -> Self:
        ring = super().__new__(cls, keys[0])
        ring.older = tuple(keys[1:])
        return ring


def read_keys(text: str) -> KeyRing:
    """Return the keys of a setting: several with commas or spaces between, the newest first.

    A text of which some part is too short to be a key is one key as a whole, spaces and all.
    """
    parts = [part for part in re.split(r"[\s,]+", text.strip()) if part]
    several = len(parts) > 1 and all(len(part) >= SHORTEST_KEY for part in parts)
    return KeyRing([part.encode() for part in parts] if several else [text.encode()])


def all_keys(key: bytes) -> tuple[bytes, ...]:
    """Return every key that what is signed may have been signed with, the newest first."""
    return (bytes(key), *key.older) if isinstance(key, KeyRing) else (key,)


def sign(key: bytes, purpose: Purpose, value: bytes, size: int = 32) -> bytes:
    """Return the first `size` bytes of the signature of `value`, by the newest key."""
    return _signatures(key, purpose, value, size)[0]


def is_signed(key: bytes, purpose: Purpose, value: bytes, given: bytes, size: int = 32) -> bool:
    """Return whether `given` is such a signature, by any key of the ring; compared in constant time."""
    found = [hmac.compare_digest(each, given) for each in _signatures(key, purpose, value, size)]
    return any(found)


def _signatures(key: bytes, purpose: Purpose, value: bytes, size: int) -> list[bytes]:
    oldest_first = [*reversed(all_keys(key))]
    signer = Signer(oldest_first, key_derivation="none", digest_method=hashlib.sha256)
    said = f"{purpose}:".encode() + value
    return [signer.algorithm.get_signature(each, said)[:size] for each in reversed(signer.secret_keys)]
