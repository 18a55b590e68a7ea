"""Everything that is made with the installation's keys: signatures, keyed digests, derived keys.

What was signed with an older key of the ring is still good. Every purpose is signed apart, so that what is
made for one opens no other. The HMAC is that of `itsdangerous`, without its signer: that one derives keys of
its own, and secrets in people's mails were signed without.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Literal, Self

from itsdangerous import HMACAlgorithm

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
    "cursor",
    "own-report",
    "cleanup-signup",
    "talk-link",
    "talk-reply",
    "number-photo",
]
"""What is signed, and shown again by whoever was given it."""

DigestPurpose = Literal[
    "sender",  # of a report: device, address, person; and its pseudonym at the desk, another size of it
    "person",  # who made a change, to know a retry
    "flag",  # who flags a report, to count nobody twice
    "sign-in-name",  # buckets of usernames
    "talk-person",  # who writes on a channel, to find their conversation
    "group-code",  # one-time code by which a colleague is known in a group
]
"""What stands for a value that is kept nowhere. Many are columns: they stay byte for byte what they are."""

KeyPurpose = Literal[
    "second-factor",
    "webhook-secret",
    "talk",
    "channel-token",
    "volunteer-contact",
    "partner-key",
    "subscriber",
    "objection",
]

SHORTEST_KEY = 32

_ALGORITHM = HMACAlgorithm(hashlib.sha256)


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
    return _hmac(bytes(key), f"{purpose}:".encode() + value)[:size]


def is_signed(key: bytes, purpose: Purpose, value: bytes, signature: bytes, size: int = 32) -> bool:
    """Return whether `signature` is such a signature, by any key of the ring; compared in constant time."""
    found = [is_same(signature, sign(each, purpose, value, size)) for each in all_keys(key)]
    return any(found)


def keyed_digest(key: bytes, purpose: DigestPurpose, value: str, size: int = 32) -> bytes:
    """Return the first `size` bytes of a digest that is equal for equal values and says nothing of them.

    By the newest key alone: after a change of keys the same value has another digest. A value that is no
    proper text (lone surrogates, from headers) has one too.
    """
    return _hmac(bytes(key), f"{purpose}:{value}".encode("utf-8", "surrogatepass"))[:size]


def derive_key(key: bytes, purpose: KeyPurpose) -> bytes:
    """Return a key of 32 bytes to encrypt with, made from the newest key."""
    return _hmac(bytes(key), purpose.encode())


def sign_shared(secret: bytes, value: bytes) -> bytes:
    """Return the signature of `value` with a secret that its reader holds too."""
    return _hmac(secret, value)


def is_same(value: bytes | str, expected: bytes | str) -> bool:
    """Return whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(_as_bytes(value), _as_bytes(expected))


def _as_bytes(secret: bytes | str) -> bytes:
    return secret.encode("utf-8", "surrogatepass") if isinstance(secret, str) else secret


def _hmac(key: bytes, value: bytes) -> bytes:
    return _ALGORITHM.get_signature(key, value)
