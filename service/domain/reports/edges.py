"""The life of a report as a table: which status may follow which, who takes each step, what it requires.

What walks it is `lifecycle.py`.
"""

from __future__ import annotations

from service.domain.kernel.state_machine import Edge, Lifecycle
from service.i18n import N_
from service.i18n.wording import STATUSES
from service.models import FINISHED, EventType, Status
from service.models.reports.event import ActorKind

# Who may take an edge. A department's people act where their department holds the part named.
SYSTEM = ActorKind.SYSTEM
REPORTER = ActorKind.REPORTER
FOLLOWER = ActorKind.FOLLOWER
TRIAGE = "triage"
LEAD = "lead"
EXECUTOR = "executor"
INSPECTOR = "inspector"

DESK = frozenset({TRIAGE})
HOLDER = frozenset({LEAD})
ROUTER = frozenset({SYSTEM, TRIAGE})


REASON, EVIDENCE, LEADER, ORIGINAL = "reason", "evidence", "lead", "duplicate_of"
"""What steps need, by the field of a request that brings it."""

StatusEdge = Edge[Status, EventType]


def _step(source: Status, target: Status, event: EventType, who: frozenset[str], *needs: str) -> StatusEdge:
    return Edge(source, target, event, who, frozenset(needs))


EDGES: tuple[StatusEdge, ...] = (
    _step(Status.RECEIVED, Status.TRIAGE, EventType.TRIAGED, ROUTER),
    _step(Status.RECEIVED, Status.ASSIGNED, EventType.ASSIGNED, ROUTER, LEADER),
    _step(Status.RECEIVED, Status.REJECTED, EventType.REJECTED, DESK, REASON),
    _step(Status.RECEIVED, Status.DUPLICATE, EventType.MERGED, ROUTER, ORIGINAL),
    _step(Status.RECEIVED, Status.WITHDRAWN, EventType.WITHDRAWN, frozenset({REPORTER})),
    _step(Status.TRIAGE, Status.ASSIGNED, EventType.ASSIGNED, ROUTER, LEADER),
    _step(Status.TRIAGE, Status.REJECTED, EventType.REJECTED, DESK, REASON),
    _step(Status.TRIAGE, Status.DUPLICATE, EventType.MERGED, ROUTER, ORIGINAL),
    _step(Status.TRIAGE, Status.WITHDRAWN, EventType.WITHDRAWN, frozenset({REPORTER})),
    _step(Status.ASSIGNED, Status.IN_PROGRESS, EventType.ACCEPTED, HOLDER),
    _step(Status.ASSIGNED, Status.ASSIGNED, EventType.HANDED_ON, HOLDER | DESK, REASON, LEADER),
    _step(Status.ASSIGNED, Status.TRIAGE, EventType.REFUSED, HOLDER | DESK, REASON),
    _step(Status.ASSIGNED, Status.REJECTED, EventType.REJECTED, DESK, REASON),
    _step(Status.ASSIGNED, Status.DUPLICATE, EventType.MERGED, HOLDER | DESK, ORIGINAL),
    _step(Status.ASSIGNED, Status.WITHDRAWN, EventType.WITHDRAWN, frozenset({REPORTER})),
    _step(Status.IN_PROGRESS, Status.WAITING, EventType.WAITING, HOLDER, REASON),
    _step(Status.IN_PROGRESS, Status.RESOLVED, EventType.RESOLVED, HOLDER | {EXECUTOR}, EVIDENCE),
    _step(Status.IN_PROGRESS, Status.ASSIGNED, EventType.HANDED_ON, HOLDER | DESK, REASON, LEADER),
    _step(Status.IN_PROGRESS, Status.REJECTED, EventType.REJECTED, HOLDER | DESK, REASON),
    _step(Status.IN_PROGRESS, Status.DUPLICATE, EventType.MERGED, HOLDER | DESK, ORIGINAL),
    _step(Status.WAITING, Status.IN_PROGRESS, EventType.RESUMED, HOLDER | DESK | {REPORTER}),
    _step(Status.WAITING, Status.REJECTED, EventType.REJECTED, HOLDER | DESK | {SYSTEM}, REASON),
    _step(Status.RESOLVED, Status.CLOSED, EventType.CLOSED, frozenset({INSPECTOR, SYSTEM})),
    _step(
        Status.RESOLVED,
        Status.IN_PROGRESS,
        EventType.SENT_BACK,
        frozenset({INSPECTOR}),
        REASON,
        EVIDENCE,
    ),
    _step(Status.CLOSED, Status.IN_PROGRESS, EventType.REOPENED, DESK | {REPORTER, FOLLOWER}, REASON),
    _step(Status.REJECTED, Status.TRIAGE, EventType.APPEALED, DESK | {REPORTER}, REASON),
    _step(Status.DUPLICATE, Status.TRIAGE, EventType.UNMERGED, DESK, REASON),
)

STEP_TYPES = frozenset(edge.event for edge in EDGES)

LIFE: Lifecycle[Status, EventType] = Lifecycle(
    EDGES,
    first=Status.RECEIVED,
    finished=FINISHED,
    names={Status(status): words.name for status, words in STATUSES.items()},
    unknown=N_("Phản ánh đang ở trạng thái “{status}”, không chuyển sang “{to}” được."),
    not_yours=N_("Bạn không có quyền chuyển phản ánh này sang “{to}”."),
    missing={
        REASON: N_("Cần nêu lý do."),
        EVIDENCE: N_("Cần ít nhất một ảnh bằng chứng."),
        LEADER: N_("Cần chọn đơn vị chủ trì."),
        ORIGINAL: N_("Cần nêu phản ánh gốc."),
    },
)

WITHDRAWABLE = frozenset(edge.source for edge in EDGES if edge.target == Status.WITHDRAWN)
REOPENABLE = frozenset(edge.source for edge in EDGES if edge.source in FINISHED and REPORTER in edge.who)
"""Where its reporter may ask for more after the end."""
