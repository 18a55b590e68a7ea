"""The life of a report as a table: which status may follow which, who takes each step, what it requires.

What walks it is `lifecycle.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.models import FINISHED, EventType, Status

# Who may take an edge. A department's people act where their department holds the part named.
SYSTEM = "system"
REPORTER = "reporter"
FOLLOWER = "follower"
TRIAGE = "triage"
LEAD = "lead"
EXECUTOR = "executor"
INSPECTOR = "inspector"

DESK = frozenset({TRIAGE})
HOLDER = frozenset({LEAD})
ROUTER = frozenset({SYSTEM, TRIAGE})


@dataclass(frozen=True, slots=True)
class StatusEdge:
    """Allowed change of status: the event it writes, who may take it, what it requires."""

    source: Status
    target: Status
    event: EventType
    who: frozenset[str]
    reason: bool = False
    evidence: bool = False
    lead: bool = False
    original: bool = False


EDGES: tuple[StatusEdge, ...] = (
    StatusEdge(Status.RECEIVED, Status.TRIAGE, EventType.TRIAGED, ROUTER),
    StatusEdge(Status.RECEIVED, Status.ASSIGNED, EventType.ASSIGNED, ROUTER, lead=True),
    StatusEdge(Status.RECEIVED, Status.REJECTED, EventType.REJECTED, DESK, reason=True),
    StatusEdge(Status.RECEIVED, Status.DUPLICATE, EventType.MERGED, ROUTER, original=True),
    StatusEdge(Status.RECEIVED, Status.WITHDRAWN, EventType.WITHDRAWN, frozenset({REPORTER})),
    StatusEdge(Status.TRIAGE, Status.ASSIGNED, EventType.ASSIGNED, ROUTER, lead=True),
    StatusEdge(Status.TRIAGE, Status.REJECTED, EventType.REJECTED, DESK, reason=True),
    StatusEdge(Status.TRIAGE, Status.DUPLICATE, EventType.MERGED, ROUTER, original=True),
    StatusEdge(Status.TRIAGE, Status.WITHDRAWN, EventType.WITHDRAWN, frozenset({REPORTER})),
    StatusEdge(Status.ASSIGNED, Status.IN_PROGRESS, EventType.ACCEPTED, HOLDER),
    StatusEdge(Status.ASSIGNED, Status.ASSIGNED, EventType.HANDED_ON, HOLDER | DESK, reason=True, lead=True),
    StatusEdge(Status.ASSIGNED, Status.TRIAGE, EventType.REFUSED, HOLDER | DESK, reason=True),
    StatusEdge(Status.ASSIGNED, Status.REJECTED, EventType.REJECTED, DESK, reason=True),
    StatusEdge(Status.ASSIGNED, Status.DUPLICATE, EventType.MERGED, HOLDER | DESK, original=True),
    StatusEdge(Status.ASSIGNED, Status.WITHDRAWN, EventType.WITHDRAWN, frozenset({REPORTER})),
    StatusEdge(Status.IN_PROGRESS, Status.WAITING, EventType.WAITING, HOLDER, reason=True),
    StatusEdge(Status.IN_PROGRESS, Status.RESOLVED, EventType.RESOLVED, HOLDER | {EXECUTOR}, evidence=True),
    StatusEdge(
        Status.IN_PROGRESS, Status.ASSIGNED, EventType.HANDED_ON, HOLDER | DESK, reason=True, lead=True
    ),
    StatusEdge(Status.IN_PROGRESS, Status.REJECTED, EventType.REJECTED, HOLDER | DESK, reason=True),
    StatusEdge(Status.IN_PROGRESS, Status.DUPLICATE, EventType.MERGED, HOLDER | DESK, original=True),
    StatusEdge(Status.WAITING, Status.IN_PROGRESS, EventType.RESUMED, HOLDER | DESK | {REPORTER}),
    StatusEdge(Status.WAITING, Status.REJECTED, EventType.REJECTED, HOLDER | DESK | {SYSTEM}, reason=True),
    StatusEdge(Status.RESOLVED, Status.CLOSED, EventType.CLOSED, frozenset({INSPECTOR, SYSTEM})),
    StatusEdge(
        Status.RESOLVED,
        Status.IN_PROGRESS,
        EventType.SENT_BACK,
        frozenset({INSPECTOR}),
        reason=True,
        evidence=True,
    ),
    StatusEdge(
        Status.CLOSED, Status.IN_PROGRESS, EventType.REOPENED, DESK | {REPORTER, FOLLOWER}, reason=True
    ),
    StatusEdge(Status.REJECTED, Status.TRIAGE, EventType.APPEALED, DESK | {REPORTER}, reason=True),
    StatusEdge(Status.DUPLICATE, Status.TRIAGE, EventType.UNMERGED, DESK, reason=True),
)

STEP_TYPES = frozenset(edge.event for edge in EDGES)
BY_STATUS = {(edge.source, edge.target): edge for edge in EDGES}

WITHDRAWABLE = frozenset(edge.source for edge in EDGES if edge.target == Status.WITHDRAWN)
REOPENABLE = frozenset(edge.source for edge in EDGES if edge.source in FINISHED and REPORTER in edge.who)
"""Where its reporter may ask for more after the end."""
