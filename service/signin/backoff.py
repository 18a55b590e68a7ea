"""In-process back-off after failed sign-ins, per account and address; least recent entries are dropped."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from itertools import islice

from service.domain.kernel.tokens import keyed_digest

FREE_ATTEMPTS = 5
LONGEST_WAIT_S = 300.0
FORGOTTEN_AFTER_S = 3600.0
MOST_KEPT = 20_000
BUCKETS = 4096
LOOKED_AT = 64

Pair = tuple[str, str]
"""(bucket of the username, client address)."""

_KEY = secrets.token_bytes(16)


def bucket_of(username: str) -> str:
    """Return the bucket that a username is counted in, whether or not anybody has it.

    There are few enough of them that made-up names cannot push out what is known of real ones, and nobody
    can tell by being counted whether a name exists.
    """
    return str(int.from_bytes(keyed_digest(_KEY, "sign-in-name", username, 4)) % BUCKETS)


class SignInBackoff:
    """Back-off of an address before its next attempt on an account, doubled with each failure.

    Counted by account and address together: whoever guesses from elsewhere never makes the owner wait.
    Kept in this process, for at most `MOST_KEPT` pairs; of the oldest, those with the fewest failures are
    forgotten first, so that a crowd of single failures does not free a persistent guesser.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[Pair, tuple[int, float]] = OrderedDict()

    def wait_s(self, pair: Pair, now_s: float) -> float:
        """Return seconds until the next attempt is taken; 0 when it may be made now."""
        count, last_s = self._failures.get(pair, (0, now_s))
        if count < FREE_ATTEMPTS or now_s - last_s > FORGOTTEN_AFTER_S:
            return 0.0
        return max(0.0, last_s + min(LONGEST_WAIT_S, 2.0 ** (count - FREE_ATTEMPTS)) - now_s)

    def failed(self, pair: Pair, now_s: float) -> None:
        """Note that an attempt was wrong."""
        count, last_s = self._failures.pop(pair, (0, now_s))
        if now_s - last_s > FORGOTTEN_AFTER_S:
            count = 0
        # More would overflow the doubling, and the longest wait is reached long before.
        self._failures[pair] = (min(count + 1, 100), now_s)
        if len(self._failures) > MOST_KEPT:
            oldest = islice(self._failures.items(), LOOKED_AT)
            del self._failures[min(oldest, key=lambda each: each[1][0])[0]]

    def succeeded(self, pair: Pair) -> None:
        """Start again from nothing: the person knows the password."""
        self._failures.pop(pair, None)


class Slowdown:
    """Delay of answers for an account that is guessed at from many addresses.

    It slows, and refuses nobody: the owner on a new device waits some seconds, on a device that signed in
    before not at all. Names are buckets, so that there are at most `BUCKETS` of them.
    """

    FREE, LONGEST_S = 20, 4.0

    def __init__(self) -> None:
        self._failures: dict[str, tuple[float, float]] = {}

    def wait_s(self, name: str, now_s: float) -> float:
        """Return seconds to hold the answer back."""
        over = self._left(name, now_s) - self.FREE
        return min(self.LONGEST_S, 0.25 * over) if over > 0 else 0.0

    def failed(self, name: str, now_s: float) -> None:
        """Note that an attempt on the account was wrong, wherever it came from."""
        left = self._left(name, now_s)
        self._failures[name] = (left + 1, now_s)

    def _left(self, name: str, now_s: float) -> float:
        """Return failures that are not forgotten yet: one is forgotten a minute."""
        count, last_s = self._failures.get(name, (0.0, now_s))
        return max(0.0, count - (now_s - last_s) / 60)
