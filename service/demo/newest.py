"""Times of demo reports and where the newest of them stand: the balance of the demo's lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

from service.models import HELD, Status

HOURS = (1, 1, 1, 1, 1, 3, 8, 14, 16, 15, 12, 9, 8, 9, 12, 13, 13, 14, 12, 11, 10, 8, 5, 2)
"""How many reports come in each hour of the day, by weight."""
GROWING = 600
"""So many reports come in ever more often, up to now; what a larger demo has beside them is spread evenly."""
RECENT = 0.05
"""The newest share of reports is spread over the statuses of `SPREAD`, so that no list is empty…"""
RECENT_SMALL, RECENT_MOST = 0.3, 200
"""…and this share of a small demo, up to so many: some weeks of a city, with what lies open in it."""
SPREAD = (
    Status.ASSIGNED,
    Status.IN_PROGRESS,
    Status.TRIAGE,
    Status.RESOLVED,
    Status.ASSIGNED,
    Status.WAITING,
    Status.IN_PROGRESS,
    Status.CLOSED,
)
RARE = (Status.REJECTED, Status.WITHDRAWN, Status.DUPLICATE)
"""What few lives come to: the first of the newest share are made so, lest a small demo has none."""
LATE = 0.5
"""The share of reports past their deadline that are still held; the others were closed meanwhile."""
AT_HOME = 3
"""Of the newest reports each one of so many lies in the ward of the demo's department."""


def times(random: Random, now: datetime, number: int, days: int) -> list[datetime]:
    """Return when `number` reports of the last `days` came in, oldest first; the last few at this
    moment. `now` is in the city's zone.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = list(accumulate(HOURS))
    found: list[datetime] = []
    just_now = min(number, max(1, number // 200), 3)
    while len(found) < number - just_now:
        hour = random.choices(range(24), cum_weights=hours)[0]
        back = int(days * random.random() ** 2) if len(found) < GROWING else random.randrange(days)
        day = midnight - timedelta(days=back)
        at = (day + timedelta(hours=hour, seconds=random.uniform(0, 3600))).astimezone(UTC)
        if at < now - timedelta(minutes=2):
            found.append(at)
    return sorted(found) + [now.astimezone(UTC)] * just_now


def wanted_status(index: int, number: int) -> Status | None:
    """Return the status that report `index` of `number` is to stand in; None lets its life decide."""
    newest = _newest(index, number)
    if newest < 0:
        return None
    return RARE[newest] if newest < len(RARE) else SPREAD[index % len(SPREAD)]


def at_home(index: int, number: int) -> bool:
    """Return True if report `index` of `number` is one of those in the ward of the demo's department."""
    return _newest(index, number) >= 0 and index % AT_HOME == 0


def outlived(random: Random, wanted: Status | None, due_at: datetime | None, now: datetime) -> Status | None:
    """Return where a report stands whose deadline may be over: most of them were closed in time."""
    held = wanted in HELD and wanted is not Status.WAITING
    if held and due_at is not None and due_at < now and random.random() >= LATE:
        return Status.CLOSED
    return wanted


def _newest(index: int, number: int) -> int:
    """Return its place among the newest reports, below zero for the older ones."""
    small = min(int(number * RECENT_SMALL), RECENT_MOST)
    recent = min(number, max(3 * len(SPREAD), small, int(number * RECENT)))
    return index - (number - recent)
