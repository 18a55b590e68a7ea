"""Marks on a report that bring it before the coordinator, or take it off the desk again.

`lifecycle.move` keeps them with every change of status; flags and settling do so here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from service.domain.reports.events import Actor
from service.models import HELD, EventType, Report, Role, Status
from service.models.reports.report import ReportChanges

REOPENED, FLAGGED, UNMERGED = "reopened", "flagged", "unmerged"

KINDS: Mapping[str, tuple[str, ...]] = {
    "unrouted": ("no_rule", "routing_failed", "by_hand", UNMERGED),
    "outside": ("outside",),
    "duplicate": ("suspected_duplicate",),
    "spam": ("suspected_spam",),
    "refused": ("refused",),
    REOPENED: (REOPENED,),
    "appeal": ("appeal",),
    FLAGGED: (FLAGGED,),
}
"""Why a person is needed, as the desk tells it apart, and the reasons of each."""

STAYS: Mapping[str, frozenset[Status]] = {
    FLAGGED: frozenset(),
    REOPENED: HELD,
}
"""Reasons that do not end with `triage`, and while in which statuses they hold (none: whatever happens)."""


def reason_kind(reason: str) -> str:
    """Return the kind of a reason; an unknown one is for a person to route."""
    return next((kind for kind, reasons in KINDS.items() if reason in reasons), "unrouted")


def kinds_of(reasons: Iterable[str]) -> list[str]:
    """Return the kinds of the reasons, each once, in the order of KINDS."""
    found = {reason_kind(reason) for reason in reasons}
    return [kind for kind in KINDS if kind in found]


def desk_columns_after(
    report: Report, event: EventType, target: Status, actor: Actor, at: datetime, why: str | None
) -> ReportChanges:
    """Return the marks as columns once this step is taken; `why` is the reason of a step to triage.

    Whatever a coordinator does deals with everything that was there; what others do deals with what it ends.
    """
    # A report that is being made has none yet.
    before = list(report.desk_reasons or ())
    remaining = [] if actor.role == Role.TRIAGE else [each for each in before if _holds(each, target)]
    if target == Status.TRIAGE:
        remaining.append(why or "by_hand")
    elif event == EventType.REOPENED and actor.role != Role.TRIAGE:
        remaining.append(REOPENED)
    return marks(remaining, before, report.desk_since, at)


def marks(
    reasons: Sequence[str], before: Sequence[str], since: datetime | None, at: datetime
) -> ReportChanges:
    """Return the columns for these reasons: who waits on the desk already waits since then."""
    wanted = list(dict.fromkeys(reasons))
    waits_on = since is not None and bool(set(wanted) & set(before))
    return {"desk_reasons": wanted, "desk_since": (since if waits_on else at) if wanted else None}


def put_on_desk(report: Report, reason: str, at: datetime) -> bool:
    """Bring the locked report before the coordinator for one more reason; False if it is there for it."""
    before = list(report.desk_reasons)
    if reason in before:
        return False
    _set(report, marks([*before, reason], before, report.desk_since, at))
    return True


def take_off_desk(report: Report) -> None:
    """Take the locked report off the desk: the coordinator has dealt with it; one that waits for triage
    stays.
    """
    remaining = [each for each in report.desk_reasons if report.status == Status.TRIAGE and each not in STAYS]
    _set(report, marks(remaining, report.desk_reasons, report.desk_since, report.updated_at))


def _holds(reason: str, status: Status) -> bool:
    return reason in STAYS and (not STAYS[reason] or status in STAYS[reason])


def _set(report: Report, columns: ReportChanges) -> None:
    for column, value in columns.items():
        setattr(report, column, value)
