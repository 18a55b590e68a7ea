"""Writing the event log. It is read by `domain/queries/feed.py`; positions are given by `domain/relay.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict
from uuid import UUID

from sqlalchemy.orm import Session

from service.models import Event, EventData, EventType, Report, Role, Subject
from service.models.reports.event import ActorKind


@dataclass(frozen=True, slots=True)
class Actor:
    """Author of an event: `kind` says what they are to the service.

    For staff, `role` and the department (with the departments below it) scope what they may do; `wards` are
    the ids of the wards that an inspector or a manager is bound to, None for no such bound. `follower_id`
    tells one follower from another where that matters; it is written into no event.
    """

    kind: ActorKind
    staff_id: int | None = None
    role: Role | None = None
    department_id: int | None = None
    departments: frozenset[int] = frozenset()
    name: str = ""
    follower_id: UUID | None = None
    wards: frozenset[int] | None = None

    @property
    def of_city(self) -> bool:
        """Return whether the role is for the whole city: bound to neither a department nor wards."""
        return self.department_id is None and not self.departments and self.wards is None


SYSTEM = Actor(ActorKind.SYSTEM)
REPORTER = Actor(ActorKind.REPORTER)
FOLLOWER = Actor(ActorKind.FOLLOWER)


def record(
    session: Session,
    report: Report,
    type: EventType,  # noqa: A002 - the event's own word
    *,
    actor: Actor,
    at: datetime,
    public: bool = True,
    data: EventData | None = None,
    private: Mapping[str, object] | None = None,
) -> Event:
    """Add one event that tells of `report` as it is now; an unpublished report's events are not public.

    `data` is readable by everyone where the event is public, `private` by staff alone.
    """
    event = Event(
        subject_kind=Subject.REPORT,
        report_id=report.id,
        type=type,
        at=at,
        public=public and report.published,
        actor=actor.kind,
        staff_id=actor.staff_id,
        status=report.status,
        category_id=report.category_id,
        ward_id=report.ward_id,
        lead_id=report.lead_id,
        lon=report.lon,
        lat=report.lat,
        data=dict(data or {}),
        private=dict(private) if private else None,
    )
    session.add(event)
    return event


class Naming(TypedDict, total=False):
    """Audience of an event: everyone, or staff alone."""

    data: EventData
    private: dict[str, object]


def other_report_code(key: Literal["original", "duplicate", "into", "source"], other: Report) -> Naming:
    """Return the arguments of `record` that tell the code of another report under `key`.

    Everyone reads the code of a published report; that of any other is for staff alone.
    """
    if not other.published:
        return {"private": {key: other.code}}
    data: EventData = {}
    data[key] = other.code
    return {"data": data}
