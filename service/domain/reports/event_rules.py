"""Reading rights to events of a case that are not public; colleagues read all of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from service.domain.reports.edges import STEP_TYPES
from service.models import EventType


class EventReader(StrEnum):
    """Somebody who reads events of a case that are not public."""

    REPORTER = "reporter"
    FOLLOWER = "follower"
    CONTRACTOR = "contractor"


EVERYBODY = frozenset(EventReader)
CITIZENS = frozenset({EventReader.REPORTER, EventReader.FOLLOWER})
REPORTER = frozenset({EventReader.REPORTER})
CONTRACTOR = frozenset({EventReader.CONTRACTOR})
COLLEAGUES = frozenset[EventReader]()

READERS: Mapping[EventType, frozenset[EventReader]] = {
    **dict.fromkeys(STEP_TYPES, EVERYBODY),
    EventType.RECEIVED: EVERYBODY,
    EventType.JOINED: EVERYBODY,
    EventType.PARTED: EVERYBODY,
    EventType.SPLIT: EVERYBODY,
    EventType.SPLIT_OFF: EVERYBODY,
    EventType.EXTENDED: EVERYBODY,
    EventType.RECOUNTED: EVERYBODY,
    EventType.RECATEGORISED: EVERYBODY,
    EventType.RELOCATED: EVERYBODY,
    EventType.PARTS_CHANGED: EVERYBODY,
    EventType.RATED: EVERYBODY,
    EventType.FOLLOW_UP_ASKED: EVERYBODY,
    EventType.FOLLOW_UP_ANSWERED: COLLEAGUES,
    EventType.PHOTO_READY: EVERYBODY,
    EventType.UNCLAIMED: EVERYBODY,
    EventType.CABLE_FINISHED: EVERYBODY,
    EventType.NUMBER_CONFIRMED: EVERYBODY,
    EventType.REMINDED: REPORTER | CONTRACTOR,
    EventType.HIDDEN: REPORTER,
    EventType.SHOWN: REPORTER,
    EventType.ERASED: REPORTER,
    EventType.FOLLOWED: CONTRACTOR,
    EventType.DEADLINE_WARNED: CONTRACTOR,
    EventType.OVERDUE: CONTRACTOR,
    EventType.EMERGENCY: CONTRACTOR,
    EventType.EXECUTOR_ACCEPTED: CONTRACTOR,
    EventType.EXECUTOR_DECLINED: CONTRACTOR,
    # Steps of the work that concern the department alone.
    EventType.ENTRUSTED: COLLEAGUES,
    EventType.UNREACHED: COLLEAGUES,
    EventType.NOTED: COLLEAGUES,
    EventType.CLAIM_ASKED: COLLEAGUES,
    EventType.CLAIM_ANSWERED: COLLEAGUES,
    EventType.EXTENSION_ASKED: COLLEAGUES,
    EventType.EXTENSION_DECLINED: COLLEAGUES,
    EventType.EMERGENCY_TAKEN: COLLEAGUES,
    EventType.DESK_FLAGGED: COLLEAGUES,
    EventType.DESK_SETTLED: COLLEAGUES,
    EventType.PHOTO_ADDED: COLLEAGUES,
    EventType.PHOTO_RENDERED: COLLEAGUES,
    EventType.PHOTO_FAILED: COLLEAGUES,
    EventType.PHOTO_HIDDEN: COLLEAGUES,
    EventType.PHOTO_SHOWN: COLLEAGUES,
    EventType.PHOTO_ORIGINAL_READ: COLLEAGUES,
    EventType.COMMENT_HIDDEN: COLLEAGUES,
    EventType.COMMENT_SHOWN: COLLEAGUES,
    # The kind of the words decides: `timeline.py`, `contractors.py`.
    EventType.COMMENT_ADDED: COLLEAGUES,
}
"""Every type of event, and who reads it also where it is not public."""


def read_by(reader: EventReader) -> frozenset[EventType]:
    """Return the types of events that this reader reads also where they are not public."""
    return frozenset(type_ for type_, readers in READERS.items() if reader in readers)
