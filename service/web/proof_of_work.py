"""The puzzle for who sends more than the limits allow: made here, solved on the phone, no third party.

A challenge is a signed token that says how hard it is and until when; it is kept nowhere. It is good for one
kind of request, one address and device, and once: what was used is remembered in Redis and in this process,
so that reception does not depend on Redis.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import secrets
import struct
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

from service.domain.kernel.tokens import is_signed, sign

HEADER, FIELD = "x-proof-of-work", "proof"
"""Where the answer to a challenge is sent: by programmes and scripts, and in the forms of pages."""

PARTS = 8
"""Several small puzzles instead of one large: the same work, but nobody has very bad luck."""

LASTS_S = 300
PATIENCE_S = 0.2
"""For so long Redis may keep a report waiting; then what this process remembers has to do."""
MOST_KEPT = 20_000
MOST_BITS = 28
_SHAPE = struct.Struct(">9sIB")
_MAC_BYTES = 10
_AWAY = (RedisError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Asking:
    """Asker and action of a challenge: a proof counts for nothing else."""

    what: str
    address: str
    device: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """Task: a number `n` for each part `i`, so that SHA-256 of `token.i.n` begins with `bits` zero bits."""

    token: str
    bits: int
    parts: int = PARTS
    lasts_s: int = LASTS_S


class Used:
    """Proofs that were used, while they could be shown again; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()

    def first_time(self, token: str, now_s: float) -> bool:
        """Return whether this process sees it for the first time."""
        while self._until and next(iter(self._until.values())) < now_s:
            self._until.popitem(last=False)
        if token in self._until:
            return False
        self._until[token] = now_s + LASTS_S
        if len(self._until) > MOST_KEPT:
            self._until.popitem(last=False)
        return True


_used = Used()


def make_challenge(key: bytes, asking: Asking, bits: int, now_s: float) -> Challenge:
    """Return a new puzzle; each bit more is twice the work."""
    task = _SHAPE.pack(secrets.token_bytes(9), int(now_s) + LASTS_S, bits)
    return Challenge(
        base64.urlsafe_b64encode(task + sign(key, "proof", _signed_bytes(asking, task), _MAC_BYTES)).decode(),
        bits,
    )


async def accept_solution(redis: Redis, key: bytes, asking: Asking, given: str, now_s: float) -> bool:
    """Return whether `given` (`token:n,n,…`) solves a challenge made for this, in time and for the first
    time.
    """
    token, _, answers = given.partition(":")
    bits = _read(key, asking, token, now_s)
    if bits is None or not _solves(token, bits, answers.split(",")):
        return False
    if not _used.first_time(token, now_s):
        return False
    try:
        async with asyncio.timeout(PATIENCE_S):
            return bool(await redis.set(f"proof:{token}", 1, nx=True, ex=LASTS_S))
    except _AWAY:
        return True


def _read(key: bytes, asking: Asking, token: str, now_s: float) -> int | None:
    """Return how hard the puzzle was; None for one that was not made here for this, or is too old."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    task, mac = raw[: _SHAPE.size], raw[_SHAPE.size :]
    if len(raw) != _SHAPE.size + _MAC_BYTES or not is_signed(
        key, "proof", _signed_bytes(asking, task), mac, _MAC_BYTES
    ):
        return None
    _, until_s, bits = _SHAPE.unpack(task)
    return bits if now_s <= until_s else None


def _solves(token: str, bits: int, answers: Sequence[str]) -> bool:
    if len(answers) != PARTS or not all(
        each.isascii() and each.isdigit() and len(each) < 16 for each in answers
    ):
        return False
    return all(
        int.from_bytes(hashlib.sha256(f"{token}.{part}.{answer}".encode()).digest()[:4], "big") >> (32 - bits)
        == 0
        for part, answer in enumerate(answers)
    )


def _signed_bytes(asking: Asking, task: bytes) -> bytes:
    whose = "\0".join((asking.what, asking.address, asking.device)).encode("utf-8", "surrogatepass")
    return task + whose
