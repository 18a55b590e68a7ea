"""Which event is told to whom, as tables one can read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from service.models import Event

EMAIL, PUSH, SMS = "email", "push", "sms"
AT_ONCE, DAILY, NEVER = "at_once", "daily", "never"

EMERGENCY_NOTICE = "staff_emergency"
"""Told to coordinators by `emergencies/ringing.py`, whatever they chose.

Its SMS are outside the day's ceiling.
"""

STALE_AFTER = timedelta(days=1)
"""What happened longer ago is on the report's page; nobody is woken for it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What citizens are told. `vital` also goes by SMS to who left a number; `followers` hear it too."""

    name: str
    vital: bool = False
    followers: bool = True
    reporter: bool = True


RECEIVED = Notice("received", followers=False)
STATUS = Notice("status")
REPLY = Notice("reply")
CITIZENS: Mapping[str, Notice] = {
    "report.triaged": STATUS,
    "report.assigned": STATUS,
    "report.handed_on": STATUS,
    "report.refused": STATUS,
    "report.accepted": STATUS,
    "report.resumed": STATUS,
    "report.sent_back": STATUS,
    "report.appealed": STATUS,
    "report.withdrawn": STATUS,
    "report.unmerged": STATUS,
    "report.reopened": Notice("reopened"),
    "report.waiting": Notice("asked", vital=True, followers=False),
    "report.resolved": Notice("resolved", vital=True),
    "report.closed": Notice("closed"),
    "report.rejected": Notice("rejected", vital=True),
    "report.merged": Notice("merged"),
    "report.extended": Notice("extended"),
    "report.recategorised": Notice("recategorised"),
    "report.recounted": Notice("recounted"),
    "report.reminded": Notice("asked", vital=True, followers=False),
}


def for_citizens(event: Event) -> Notice | None:
    """What reporter and followers are told of the event, if anything.

    The receipt waits for the first step: it is a second later, and says who holds the report.
    """
    if event.type == "comment.added":
        return REPLY if event.data.get("kind") == "reply" and event.public else None
    if event.data.get("from") == "received" and event.type in ("report.triaged", "report.assigned"):
        return RECEIVED
    return CITIZENS.get(event.type)


@dataclass(frozen=True, slots=True)
class StaffNotice:
    """What colleagues are told. `to` names circles of `staff.py`; `pace` holds until a person chooses."""

    name: str
    to: tuple[str, ...]
    pace: str = AT_ONCE


_HOLDER = StaffNotice("staff_step", ("holder",))
STAFF: Mapping[str, StaffNotice] = {
    "report.assigned": StaffNotice("staff_assigned", ("lead", "executor", "supports")),
    "report.handed_on": StaffNotice("staff_assigned", ("lead", "executor", "supports")),
    "report.accepted": StaffNotice("staff_assigned", ("executor", "supports", "given")),
    "report.entrusted": StaffNotice("staff_step", ("given",)),
    "report.recategorised": StaffNotice("staff_step", ("holder", "executor")),
    "report.recounted": _HOLDER,
    "report.parts_changed": StaffNotice("staff_assigned", ("executor", "supports")),
    "report.reopened": _HOLDER,
    "report.sent_back": _HOLDER,
    "report.withdrawn": _HOLDER,
    "report.refused": StaffNotice("staff_triage", ("triage",), DAILY),
    "report.appealed": StaffNotice("staff_triage", ("triage",), DAILY),
    "report.triaged": StaffNotice("staff_triage", ("triage",), DAILY),
    "report.noted": StaffNotice("staff_mention", ("mentioned",)),
    "report.deadline_warned": StaffNotice("staff_warned", ("named", "holder")),
    "report.overdue": StaffNotice("staff_overdue", ("named", "managers", "triage")),
    "report.extension_asked": StaffNotice("staff_extension", ("managers",)),
    "report.extension_declined": StaffNotice("staff_step", ("holder",)),
}
ANSWERED = StaffNotice("staff_answered", ("holder",))


def for_staff(event: Event) -> StaffNotice | None:
    """What colleagues are told of the event, if anything; an answer of the reporter makes a case go on."""
    if event.type == "report.resumed":
        return ANSWERED if event.actor == "reporter" else None
    return STAFF.get(event.type)


NEW_NEAR, DONE_NEAR = "new", "done"


def for_alerts(event: Event) -> str | None:
    """What an alert tells of the event: a new report, a finished one, or nothing."""
    if not event.public:
        return None
    if event.type in ("report.assigned", "report.triaged", "report.accepted"):
        return NEW_NEAR
    return DONE_NEAR if event.type == "report.closed" else None
