"""The statuses of a report, and the sets of them that the service asks for.

Which of them follows which is `domain/reports/edges.py`; `lifecycle.py` beside it walks from one to the next.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Status of a report in its life cycle."""

    RECEIVED = "received"
    TRIAGE = "triage"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"


HELD = frozenset({Status.ASSIGNED, Status.IN_PROGRESS, Status.WAITING})
"""A department holds the case and its deadline runs or stands."""

OPEN = frozenset({Status.RECEIVED, Status.TRIAGE}) | HELD
"""Work is still to be done."""

FINISHED = frozenset({Status.CLOSED, Status.REJECTED, Status.DUPLICATE, Status.WITHDRAWN})
"""The life is at an end, though some of these can be opened again."""

UNFINISHED = frozenset(Status) - FINISHED

DONE = frozenset({Status.RESOLVED, Status.CLOSED})
"""The work is done in the street: reporters may rate it, its photos prove it."""

ENDED_ELSEWHERE = frozenset({Status.DUPLICATE, Status.WITHDRAWN})
"""Nothing more happens to this report itself: it goes on as another one, or its reporter took it back."""

ENDED_UNDONE = frozenset({Status.REJECTED, Status.WITHDRAWN})
"""The life ended without any work: nothing can be merged into such a report."""

CLOCK_STANDS = frozenset({Status.WAITING})
"""The deadline stands still until the reporter has answered."""

CLOCK_RUNS = OPEN - CLOCK_STANDS - {Status.RECEIVED}
"""The deadline comes nearer, and people are warned of it: a trigger in the database lists the same ones."""
