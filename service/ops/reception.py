"""State of reception in this process: how long reports lately waited for their commit, and which failed."""

from __future__ import annotations

import time
from collections import deque
from contextvars import ContextVar
from dataclasses import dataclass, field

WINDOW_S = 60.0
SLOW_S = 1.0
"""What a report may wait for its commit: beyond it people see a phone that thinks."""
MOST_KEPT = 2_000


@dataclass(slots=True)
class Arrival:
    """Time at which a request came, and how long the client was waited for since, which is not the
    service's doing.
    """

    at_s: float = field(default_factory=time.monotonic)
    waited_s: float = 0.0


arrival: ContextVar[Arrival | None] = ContextVar("arrival", default=None)
"""The request that is being answered: its report has waited since it came, not since it was read."""


def waiting_since() -> float:
    """Return since when the report of this request waits, in monotonic seconds."""
    came = arrival.get()
    return time.monotonic() if came is None else came.at_s + came.waited_s


@dataclass(frozen=True, slots=True)
class ReceptionState:
    """Last minute of reception: the wait that 99 of 100 reports stayed under, how many the database failed.

    `waiting` reports are under way now, the oldest since `oldest_s`.
    """

    p99_s: float
    failed: int
    waiting: int
    oldest_s: float

    @property
    def suffers(self) -> bool:
        """Return whether somebody should look."""
        return self.failed > 0 or max(self.p99_s, self.oldest_s) > SLOW_S


class RecentWaits:
    """Waits of the newest reports for their commit; times are monotonic seconds."""

    def __init__(self) -> None:
        self._kept: deque[tuple[float, float, bool]] = deque(maxlen=MOST_KEPT)

    def note(self, at_s: float, took_s: float, *, failed: bool = False) -> None:
        """Note one report that was answered."""
        self._kept.append((at_s, took_s, failed))

    def look(self, now_s: float, under_way: int, oldest_since_s: float | None) -> ReceptionState:
        """Return how things stand, with what is `under_way` since `oldest_since_s`."""
        lately = [each for each in self._kept if each[0] > now_s - WINDOW_S]
        waits = sorted(took_s for _, took_s, _ in lately)
        return ReceptionState(
            p99_s=waits[int(0.99 * (len(waits) - 1))] if waits else 0.0,
            failed=sum(failed for _, _, failed in lately),
            waiting=under_way,
            oldest_s=now_s - oldest_since_s if oldest_since_s is not None else 0.0,
        )
