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
class Edge:
    """One allowed change of status: the event it writes, who may take it, what it requires."""

    source: Status
    target: Status
    event: EventType
    who: frozenset[str]
    reason: bool = False
    evidence: bool = False
    lead: bool = False
    original: bool = False


EDGES: tuple[Edge, ...] = (
    Edge(Status.RECEIVED, Status.TRIAGE, EventType.TRIAGED, ROUTER),
    Edge(Status.RECEIVED, Status.ASSIGNED, EventType.ASSIGNED, ROUTER, lead=True),
    Edge(Status.RECEIVED, Status.REJECTED, EventType.REJECTED, DESK, reason=True),
    Edge(Status.RECEIVED, Status.DUPLICATE, EventType.MERGED, ROUTER, original=True),
    Edge(Status.RECEIVED, Status.WITHDRAWN, EventType.WITHDRAWN, frozenset({REPORTER})),
    Edge(Status.TRIAGE, Status.ASSIGNED, EventType.ASSIGNED, ROUTER, lead=True),
    Edge(Status.TRIAGE, Status.REJECTED, EventType.REJECTED, DESK, reason=True),
    Edge(Status.TRIAGE, Status.DUPLICATE, EventType.MERGED, ROUTER, original=True),
    Edge(Status.TRIAGE, Status.WITHDRAWN, EventType.WITHDRAWN, frozenset({REPORTER})),
    Edge(Status.ASSIGNED, Status.IN_PROGRESS, EventType.ACCEPTED, HOLDER),
    Edge(Status.ASSIGNED, Status.ASSIGNED, EventType.HANDED_ON, HOLDER | DESK, reason=True, lead=True),
    Edge(Status.ASSIGNED, Status.TRIAGE, EventType.REFUSED, HOLDER | DESK, reason=True),
    Edge(Status.ASSIGNED, Status.REJECTED, EventType.REJECTED, DESK, reason=True),
    Edge(Status.ASSIGNED, Status.DUPLICATE, EventType.MERGED, HOLDER | DESK, original=True),
    Edge(Status.ASSIGNED, Status.WITHDRAWN, EventType.WITHDRAWN, frozenset({REPORTER})),
    Edge(Status.IN_PROGRESS, Status.WAITING, EventType.WAITING, HOLDER, reason=True),
    Edge(Status.IN_PROGRESS, Status.RESOLVED, EventType.RESOLVED, HOLDER | {EXECUTOR}, evidence=True),
    Edge(Status.IN_PROGRESS, Status.ASSIGNED, EventType.HANDED_ON, HOLDER | DESK, reason=True, lead=True),
    Edge(Status.IN_PROGRESS, Status.REJECTED, EventType.REJECTED, HOLDER | DESK, reason=True),
    Edge(Status.IN_PROGRESS, Status.DUPLICATE, EventType.MERGED, HOLDER | DESK, original=True),
    Edge(Status.WAITING, Status.IN_PROGRESS, EventType.RESUMED, HOLDER | DESK | {REPORTER}),
    Edge(Status.WAITING, Status.REJECTED, EventType.REJECTED, HOLDER | DESK | {SYSTEM}, reason=True),
    Edge(Status.RESOLVED, Status.CLOSED, EventType.CLOSED, frozenset({INSPECTOR, SYSTEM})),
    Edge(
        Status.RESOLVED,
        Status.IN_PROGRESS,
        EventType.SENT_BACK,
        frozenset({INSPECTOR}),
        reason=True,
        evidence=True,
    ),
    Edge(Status.CLOSED, Status.IN_PROGRESS, EventType.REOPENED, DESK | {REPORTER, FOLLOWER}, reason=True),
    Edge(Status.REJECTED, Status.TRIAGE, EventType.APPEALED, DESK | {REPORTER}, reason=True),
    Edge(Status.DUPLICATE, Status.TRIAGE, EventType.UNMERGED, DESK, reason=True),
)

STEP_TYPES = frozenset(edge.event for edge in EDGES)
BY_STATUS = {(edge.source, edge.target): edge for edge in EDGES}

WITHDRAWABLE = frozenset(edge.source for edge in EDGES if edge.target == Status.WITHDRAWN)
REOPENABLE = frozenset(edge.source for edge in EDGES if edge.source in FINISHED and REPORTER in edge.who)
"""Where its reporter may ask for more after the end."""
