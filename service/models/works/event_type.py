"""The types of events of works, difficulties and plans: facts of the same log as those of reports."""

from __future__ import annotations

from enum import StrEnum


class Subject(StrEnum):
    """Kind of thing that an event is about."""

    REPORT = "report"
    WORK = "work"
    PLAN = "plan"
    MOVEMENT = "movement"
    CABLE_ROUTE = "cable_route"


class WorkEventType(StrEnum):
    """Type of an event of a work or a plan."""

    PLAN_DRAFTED = "plan.drafted"
    PLAN_IN_FORCE = "plan.in_force"
    PLAN_CLOSED = "plan.closed"
    PLAN_DROPPED = "plan.dropped"
    CREATED = "work.created"
    BEGUN = "work.begun"
    REPORTED = "work.reported"
    WAITING = "work.waiting"
    RESUMED = "work.resumed"
    DONE = "work.done"
    SENT_BACK = "work.sent_back"
    CLOSED = "work.closed"
    HANDED_ON = "work.handed_on"
    DROPPED = "work.dropped"
    ENTRUSTED = "work.entrusted"
    PARTS_CHANGED = "work.parts_changed"
    EXTENSION_ASKED = "work.extension_asked"
    EXTENDED = "work.extended"
    EXTENSION_DECLINED = "work.extension_declined"
    PHOTO_ADDED = "work.photo_added"
    REMINDED = "work.reminded"
    DEADLINE_WARNED = "work.deadline_warned"
    OVERDUE = "work.overdue"
    RAISED = "difficulty.raised"
    SUMMARISED = "difficulty.summarised"
    ANSWERED = "difficulty.answered"
    DECIDED = "difficulty.decided"
    RETURNED = "difficulty.returned"
    RAISED_AGAIN = "difficulty.raised_again"
    SETTLED = "difficulty.closed"
    WITHDRAWN = "difficulty.withdrawn"
    CLEANUP_DRAFTED = "cleanup.drafted"
    CLEANUP_ANNOUNCED = "cleanup.announced"
    CLEANUP_CHANGED = "cleanup.changed"
    CLEANUP_CANCELLED = "cleanup.cancelled"
    CLEANUP_STARTED = "cleanup.started"
    CLEANUP_RESULT = "cleanup.result"
    CLEANUP_SENT_BACK = "cleanup.sent_back"
    CLEANUP_CLOSED = "cleanup.closed"
    CLEANUP_LAPSED = "cleanup.lapsed"
    CLEANUP_CHECKED = "cleanup.checked"
