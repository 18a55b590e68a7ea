"""Hosts that do not answer are left alone for a while: a try costs seconds and a place that others need."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

FAILURES = 3
"""So many tries in a row that end without an answer, and the host rests."""

REST_S = 60.0
MOST_HOSTS = 5000
"""Anybody may name a host: those heard of least recently are forgotten."""


@dataclass(slots=True)
class Breaker:
    """Record of the hosts that one process asked. Used by several threads."""

    clock: Callable[[], float] = time.monotonic
    _failed: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def rests(self, host: str) -> bool:
        """Return whether the host is to be left alone now. After its rest one try decides on the next."""
        with self._lock:
            failures, since = self._failed.get(host, (0, 0.0))
        return failures >= FAILURES and self.clock() - since < REST_S

    def silent(self, host: str) -> None:
        """Note that the host did not answer."""
        with self._lock:
            failures, _ = self._failed.pop(host, (0, 0.0))
            self._failed[host] = (failures + 1, self.clock())
            if len(self._failed) > MOST_HOSTS:
                self._failed.popitem(last=False)

    def answered(self, host: str) -> None:
        """Note that the host answered, whatever it said."""
        with self._lock:
            self._failed.pop(host, None)
