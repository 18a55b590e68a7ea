"""Kinds of works and of difficulties, and the states of a plan."""

from __future__ import annotations

from enum import StrEnum


class WorkKind(StrEnum):
    """Kind of a work: each has a life of its own (`domain/works/lifecycles.py`)."""

    TASK = "task"
    CLEANUP = "cleanup"
    SURVEY = "survey"
    AD_NUMBER = "ad_number"
    CARRIER_REQUEST = "carrier_request"
    CABLE_SECTION = "cable_section"
    DIFFICULTY = "difficulty"
    AWARD = "award"


class WorkStatus(StrEnum):
    """Status of a work in the life of its kind. A step to `reported`, `handed` or `changed` leaves it, as do
    those of an ad number's owner: `appeared`, `sanctioned`, `annulled`, `paid`.
    """

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    WAITING = "waiting"
    DONE = "done"
    CLOSED = "closed"
    DROPPED = "dropped"
    REPORTED = "reported"
    HANDED = "handed"
    RAISED = "raised"
    SUMMARISED = "summarised"
    ANSWERED = "answered"
    DECIDED = "decided"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    DRAFT = "draft"
    ANNOUNCED = "announced"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    AGREED = "agreed"
    CHECKED = "checked"
    OPEN = "open"
    INVITED = "invited"
    COMPLIED = "complied"
    TO_SUSPEND = "to_suspend"
    SUSPENDED = "suspended"
    APPEARED = "appeared"
    SANCTIONED = "sanctioned"
    ANNULLED = "annulled"
    PAID = "paid"
    SENT = "sent"
    REVIEWED = "reviewed"
    SUBMITTED = "submitted"
    GRANTED = "granted"
    DECLINED = "declined"


class DifficultyKind(StrEnum):
    """Wish of a difficulty: that somebody decides, gives means, or brings others to the table."""

    DECISION = "decision"
    MEANS = "means"
    COORDINATION = "coordination"


class PlanState(StrEnum):
    """State of a plan in its life."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    CLOSED = "closed"
    DROPPED = "dropped"


class HolidayHandling(StrEnum):
    """Treatment of a day that falls on one without work."""

    KEEP = "keep"
    SKIP = "skip"
    BEFORE = "before"
    AFTER = "after"


class BriefingMethod(StrEnum):
    """Way in which a plan was made known to people who have no account."""

    MEETING = "meeting"
    POST = "post"
    TRAINING = "training"
