"""Facts that events of each type carry, by their names in `EventData`; none need have all of its type."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.reports.edges import STEP_TYPES
from service.models import EventType

_STEP = ("from", "to", "reason", "evidence")
_PARTS = ("lead", "supports", "executor")
_TIMES = ("before", "after")
_COMMENT = ("comment", "kind")
_PHOTO = ("photo", "kind")

_OWN: Mapping[EventType, tuple[str, ...]] = {
    EventType.RECEIVED: ("to", "channel"),
    EventType.TRIAGED: ("why",),
    EventType.ASSIGNED: (*_PARTS, "rule", "due_at", "category_before"),
    EventType.HANDED_ON: (*_PARTS, "lead_before"),
    EventType.REFUSED: ("why", "lead_before"),
    EventType.ACCEPTED: _PARTS,
    EventType.CLOSED: ("why",),
    EventType.REOPENED: (*_PARTS, "lead_before"),
    EventType.APPEALED: ("why",),
    EventType.MERGED: ("original",),
    EventType.JOINED: ("duplicate",),
    EventType.UNMERGED: ("original", "why"),
    EventType.PARTED: ("duplicate",),
    EventType.SPLIT: ("into",),
    EventType.SPLIT_OFF: ("source",),
    EventType.EXTENDED: ("unit", "amount", "reason", *_TIMES),
    EventType.EXTENSION_ASKED: ("unit", "amount"),
    EventType.EXTENSION_DECLINED: ("unit", "amount"),
    EventType.RECOUNTED: _TIMES,
    EventType.RECATEGORISED: (
        "category",
        "category_name",
        "category_before",
        "policy",
        "reason",
        *_TIMES,
        *_PARTS,
    ),
    EventType.RELOCATED: ("ward", "ward_before", "reason", *_TIMES, *_PARTS),
    EventType.PARTS_CHANGED: _PARTS,
    EventType.EXECUTOR_ACCEPTED: ("executor", "arrives_at", "arrives"),
    EventType.EXECUTOR_DECLINED: ("executor",),
    EventType.CLAIM_ASKED: ("companies", "due_at"),
    EventType.CLAIM_ANSWERED: ("company", "company_name", "answer", "disputed"),
    EventType.UNCLAIMED: ("owner", "owner_name", "until"),
    EventType.CABLE_FINISHED: ("section", "street", "company", "company_name"),
    EventType.RATED: ("score",),
    EventType.FOLLOW_UP_ANSWERED: ("lasts",),
    EventType.REMINDED: ("until", "reason"),
    EventType.UNREACHED: ("notice",),
    EventType.DEADLINE_WARNED: ("step", "due_at", "to"),
    EventType.OVERDUE: ("step", "due_at", "to"),
    EventType.EMERGENCY: ("why",),
    EventType.EMERGENCY_TAKEN: ("reason_kind",),
    EventType.ERASED: ("contact", "device", "photos", "followers", "words"),
    EventType.PHOTO_ADDED: _PHOTO,
    EventType.PHOTO_RENDERED: _PHOTO,
    EventType.PHOTO_FAILED: _PHOTO,
    EventType.PHOTO_READY: _PHOTO,
    EventType.PHOTO_HIDDEN: _PHOTO,
    EventType.PHOTO_SHOWN: _PHOTO,
    EventType.PHOTO_ORIGINAL_READ: _PHOTO,
    EventType.COMMENT_ADDED: _COMMENT,
    EventType.COMMENT_HIDDEN: _COMMENT,
    EventType.COMMENT_SHOWN: _COMMENT,
}

EVENT_KEYS: Mapping[EventType, frozenset[str]] = {
    type_: frozenset({*(_STEP if type_ in STEP_TYPES else ()), *_OWN.get(type_, ())}) for type_ in EventType
}
"""Every type of event, and what its `data` may hold."""
