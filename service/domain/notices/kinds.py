"""Tables of the events that are told, and to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from service.models import ClaimAnswer, Event, EventType, Status

AT_ONCE, DAILY, NEVER = "at_once", "daily", "never"

EMERGENCY_NOTICE = "staff_emergency"
"""Told to coordinators by `emergencies/ringing.py`, whatever they chose.

Its SMS are outside the day's ceiling.
"""

EXTENSION_NOTICE = "staff_extension"
"""Told to those who decide about more time: what is asked, the deadline now and with it granted."""

CLAIM_NOTICE = "staff_claim"
"""Told to companies that are asked whether a cable is theirs; it opens their list of questions."""

STALE_AFTER = timedelta(days=1)
"""What happened longer ago is on the report's page; nobody is woken for it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Notice to citizens. `vital` also goes by SMS to who left a number, `alone` to a reporter who can be
    reached by nothing else; `followers` hear it too.
    """

    name: str
    vital: bool = False
    alone: bool = False
    followers: bool = True
    reporter: bool = True


RECEIVED = Notice("received", followers=False)
STATUS = Notice("status")
REPLY = Notice("reply")
CITIZENS: Mapping[str, Notice] = {
    EventType.TRIAGED: STATUS,
    EventType.ASSIGNED: STATUS,
    EventType.HANDED_ON: STATUS,
    EventType.REFUSED: STATUS,
    EventType.ACCEPTED: STATUS,
    EventType.RESUMED: STATUS,
    EventType.SENT_BACK: STATUS,
    EventType.APPEALED: STATUS,
    EventType.WITHDRAWN: STATUS,
    EventType.UNMERGED: STATUS,
    EventType.REOPENED: Notice("reopened"),
    EventType.WAITING: Notice("asked", vital=True, followers=False),
    EventType.RESOLVED: Notice("resolved", vital=True),
    EventType.CLOSED: Notice("closed"),
    EventType.REJECTED: Notice("rejected", vital=True),
    EventType.MERGED: Notice("merged"),
    EventType.EXTENDED: Notice("extended"),
    EventType.RECATEGORISED: Notice("recategorised"),
    EventType.RECOUNTED: Notice("recounted"),
    EventType.REMINDED: Notice("asked", vital=True, followers=False),
    EventType.FOLLOW_UP_ASKED: Notice("follow_up", alone=True),
    EventType.CABLE_FINISHED: Notice("cable_finished"),
}


def for_citizens(event: Event) -> Notice | None:
    """Return the notice of the event to reporter and followers, None where they are told nothing.

    The receipt waits for the first step: it is a second later, and says who holds the report.
    """
    if event.type == EventType.COMMENT_ADDED:
        return REPLY if event.data.get("kind") == "reply" and event.public else None
    if event.data.get("from") == Status.RECEIVED and event.type in (EventType.TRIAGED, EventType.ASSIGNED):
        return RECEIVED
    return CITIZENS.get(event.type)


@dataclass(frozen=True, slots=True)
class StaffNotice:
    """Notice to colleagues. `to` names circles of `reach.py`, `otherwise` one that is told where nobody in
    those has an account; `pace` holds until a person chooses.
    """

    name: str
    to: tuple[str, ...]
    pace: str = AT_ONCE
    otherwise: str = ""


_HOLDER = StaffNotice("staff_step", ("holder",))
_TEAM = StaffNotice("staff_step", ("holder", "supports"))
_SUPPORTS = StaffNotice("staff_step", ("supports",))
STAFF: Mapping[str, StaffNotice] = {
    EventType.ASSIGNED: StaffNotice("staff_assigned", ("lead", "executor", "supports")),
    EventType.HANDED_ON: StaffNotice("staff_assigned", ("lead", "executor", "supports")),
    EventType.ACCEPTED: StaffNotice("staff_assigned", ("executor", "supports", "given")),
    EventType.EXECUTOR_ACCEPTED: StaffNotice("staff_step", ("lead",), DAILY),
    EventType.EXECUTOR_DECLINED: StaffNotice("staff_step", ("lead", "holder"), otherwise="triage"),
    EventType.ENTRUSTED: StaffNotice("staff_step", ("given",)),
    EventType.RECATEGORISED: StaffNotice("staff_step", ("holder", "executor")),
    EventType.RELOCATED: StaffNotice("staff_step", ("holder", "executor")),
    EventType.RECOUNTED: _HOLDER,
    EventType.PARTS_CHANGED: StaffNotice("staff_assigned", ("executor", "supports", "released")),
    EventType.RESOLVED: _SUPPORTS,
    EventType.CLOSED: _SUPPORTS,
    EventType.REJECTED: _SUPPORTS,
    EventType.MERGED: _SUPPORTS,
    EventType.REOPENED: _TEAM,
    EventType.SENT_BACK: _TEAM,
    EventType.WITHDRAWN: _TEAM,
    EventType.EXTENDED: StaffNotice("staff_step", ("asker",)),
    EventType.UNREACHED: StaffNotice("staff_step", ("holder", "triage"), DAILY),
    EventType.REFUSED: StaffNotice("staff_triage", ("triage",), DAILY),
    EventType.APPEALED: StaffNotice("staff_triage", ("triage",), DAILY),
    EventType.TRIAGED: StaffNotice("staff_triage", ("triage",), DAILY),
    EventType.NOTED: StaffNotice("staff_mention", ("mentioned",)),
    EventType.DEADLINE_WARNED: StaffNotice("staff_warned", ("named", "holder")),
    EventType.OVERDUE: StaffNotice("staff_overdue", ("named", "managers", "triage")),
    EventType.CLAIM_ASKED: StaffNotice(CLAIM_NOTICE, ("named",)),
    EventType.CLAIM_ANSWERED: StaffNotice("staff_step", ("holder",)),
    EventType.UNCLAIMED: StaffNotice("staff_step", ("holder", "supports")),
    EventType.EXTENSION_ASKED: StaffNotice(EXTENSION_NOTICE, ("managers",)),
    EventType.EXTENSION_DECLINED: StaffNotice("staff_step", ("holder", "asker")),
}
ANSWERED = StaffNotice("staff_answered", ("holder",))


def for_staff(event: Event) -> StaffNotice | None:
    """Return the notice of the event to colleagues, if any; an answer of the reporter makes a case go on; of
    companies only who says that a cable is theirs is told at once.
    """
    if event.type == EventType.CLAIM_ANSWERED and event.data.get("answer") != ClaimAnswer.MINE:
        return None
    if event.type == EventType.RESUMED:
        return ANSWERED if event.actor == "reporter" else None
    return STAFF.get(event.type)


NEW_NEAR, DONE_NEAR = "new", "done"
_ALERTS: Mapping[EventType, str] = {
    EventType.ASSIGNED: NEW_NEAR,
    EventType.TRIAGED: NEW_NEAR,
    EventType.ACCEPTED: NEW_NEAR,
    EventType.CLOSED: DONE_NEAR,
}
TOLD_TYPES = frozenset({*CITIZENS, *STAFF, *_ALERTS, EventType.COMMENT_ADDED})
"""Types of events of which anybody is told anything."""


def for_alerts(event: Event) -> str | None:
    """Return what an alert tells of the event: a new report, a finished one, or nothing."""
    return _ALERTS.get(event.type) if event.public else None
