"""Messages of an event: one row per channel and recipient, however often the event is handled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, defer

from service.domain.city.reference import Reference
from service.domain.notices.bell.own_notices import notify_bells
from service.domain.notices.channels import Channel, Channels
from service.domain.notices.digests.busy_units import waits_for_digest
from service.domain.notices.event_alerts import tell_alerts
from service.domain.notices.kinds import (
    DAILY,
    NEVER,
    STALE_AFTER,
    TOLD_TYPES,
    for_alerts,
    for_citizens,
    for_staff,
)
from service.domain.notices.preferences import stored_choices
from service.domain.notices.reach import Recipient, citizens, colleagues
from service.domain.reports.edges import STEP_TYPES
from service.models import Comment, Event, EventType, Message, Report
from service.models.notices.notice import MessageState

_STANDING = ("type", "status")
"""Keys of an event's data that are told to whoever may know of the report's status alone."""

_DATA_KEYS = (
    "reason",
    "why",
    "original",
    "before",
    "after",
    "from",
    "step",
    "due_at",
    "company_name",
    "street",
)
"""Keys of an event's public data that its messages keep."""

_UNREAD = (defer(Report.search), defer(Report.location))


@dataclass(frozen=True, slots=True)
class Occasion:
    """Subject of a message; `name` makes it the only one of its recipient."""

    name: str
    notice: str
    at: datetime
    data: Mapping[str, object]
    report_id: UUID | None = None
    event_id: int | None = None


def events_with_notices(session: Session, event_ids: Iterable[int]) -> list[int]:
    """Return the events of which anybody is told anything, in the order given."""
    ids = list(event_ids)
    query = select(Event.id).where(Event.id.in_(ids), Event.type.in_(sorted(TOLD_TYPES)))
    found = frozenset(session.scalars(query))
    return [each for each in ids if each in found]


def load_events_together(session: Session, event_ids: Sequence[int]) -> list[Event | Report]:
    """Load events and their reports in two queries; while the caller keeps them, `plan_event` finds them in
    the session and does not ask for each again.
    """
    events = list(session.scalars(select(Event).where(Event.id.in_(event_ids))))
    about = {each.report_id for each in events}
    return [*events, *session.scalars(select(Report).where(Report.id.in_(about)).options(*_UNREAD))]


def plan_event(
    session: Session, reference: Reference, event_id: int, channels: Channels, now: datetime
) -> int:
    """Claim the messages that tell this event; how many are new. Repeating it claims none.

    `channels` are those that can be sent on. What is older than a day is told to nobody.
    """
    event = session.get(Event, event_id)
    if event is None or event.at < now - STALE_AFTER:
        return 0
    report = session.get(Report, event.report_id, options=_UNREAD)
    if report is None:
        return 0
    data, zone = _event_data(session, event), reference.timezone
    made = 0
    if (notice := for_citizens(event)) and not _comes_with_step(session, event):
        about = Occasion(f"event:{event.id}", notice.name, event.at, data, report.id, event.id)
        made += claim_new(
            session, about, citizens(session, channels, report, event, notice), channels, now, zone
        )
    if staff_notice := for_staff(event):
        inside = {**data, **_inside_data(event)}
        about = Occasion(f"event:{event.id}", staff_notice.name, event.at, inside, report.id, event.id)
        concerned = colleagues(session, channels, reference, report, event, staff_notice, now)
        recipients = concerned.recipients
        later = waits_for_digest(
            session, reference, report, event, {each.staff_id for each in recipients}, now
        )
        recipients = [replace(each, pace=DAILY) if each.staff_id in later else each for each in recipients]
        made += claim_new(session, about, recipients, channels, now, zone)
        notify_bells(
            session, report, about.name, event.type, concerned.staff_ids, event.at, by=event.staff_id
        )
    if (news := for_alerts(event)) and report.published:
        made += tell_alerts(session, reference, report, event, news, channels, now)
    return made


def claim_new(
    session: Session,
    about: Occasion,
    people: Iterable[Recipient],
    channels: Channels,
    now: datetime,
    timezone: str,
    *,
    always: bool = False,
) -> int:
    """Insert a row for each recipient who wants to be told and has none for this occasion yet; how many.

    With `always` they are told at once whatever they chose and whatever the hour in the city's `timezone`.
    """
    reachable = [each for each in people if each.channel in channels]
    choices = {} if always else stored_choices(session, {each.key[1] for each in reachable}, about.report_id)
    rows = [
        _row(about, each, pace, now, now if always else _opens(channels[each.channel], now, timezone))
        for each in reachable
        if (pace := _pace(channels[each.channel], each, choices.get(each.key))) != NEVER
    ]
    if not rows:
        return 0
    claim = insert(Message).values(rows).on_conflict_do_nothing().returning(Message.id)
    return len(session.scalars(claim).all())


def _opens(channel: Channel, now: datetime, timezone: str) -> datetime:
    """Return from when on the channel may be used for what is told now."""
    return channel.window.next_open(now, timezone) if channel.window else now


def _pace(channel: Channel, person: Recipient, chosen: str | None) -> str:
    """Return what the person chose, else what goes with the notice; what is vital waits for no digest."""
    if NEVER in (person.pace, chosen):
        return NEVER
    if channel.vital_only:
        return "at_once"
    if person.staff_id is not None:
        return chosen or person.pace
    return DAILY if DAILY in (person.pace, chosen) else "at_once"


def _row(
    about: Occasion, person: Recipient, pace: str, now: datetime, not_before: datetime
) -> dict[str, object]:
    event_data = {key: about.data.get(key) for key in _STANDING} if person.instead else about.data
    data = {**event_data, **({"own": str(person.own)} if person.own else {})}
    return {
        "id": uuid4(),
        "occasion": about.name,
        "channel": person.channel,
        "recipient": person.recipient,
        "audience": person.audience,
        "notice": about.notice,
        "language": person.language,
        "report_id": person.instead or about.report_id,
        "event_id": about.event_id,
        "staff_id": person.staff_id,
        "follower_id": person.follower_id,
        "device_id": person.device_id,
        "subscription_id": person.subscription_id,
        "data": data,
        "state": MessageState.COLLECTED if pace == DAILY else MessageState.WAITING,
        "not_before": not_before,
        "fresh_until": about.at + STALE_AFTER,
        "created_at": now,
    }


def _event_data(session: Session, event: Event) -> dict[str, object]:
    """Return the data of an event that its report no longer shows when the message is composed."""
    data: dict[str, object] = {"type": event.type, "status": event.status, "lead": event.lead_id}
    data |= {key: event.data[key] for key in _DATA_KEYS if event.data.get(key) is not None}
    if comment := event.data.get("comment") or (event.private or {}).get("comment"):
        data["comment"] = str(comment)
    elif event.type in STEP_TYPES and event.actor == "staff" and (said := _said_with(session, event)):
        data["comment"] = str(said)
    return data


def _inside_data(event: Event) -> dict[str, object]:
    """Return the data for colleagues alone: how much more time is asked for, why, and why it is refused."""
    private = event.private or {}
    data = {key: private[key] for key in ("before", "after") if private.get(key)}
    if event.type == EventType.EXTENSION_ASKED:
        data |= {key: event.data[key] for key in ("unit", "amount") if event.data.get(key)}
    if words := private.get("answer") or private.get("reason"):
        data["reason"] = words
    return data


def _said_with(session: Session, step: Event) -> UUID | None:
    """Return the id of the public comment that came with a step: both are told in one message."""
    words = select(Comment.id).where(
        Comment.report_id == step.report_id,
        Comment.created_at == step.at,
        Comment.kind.in_(("reply", "question")),
        Comment.public,
    )
    return session.scalar(words.limit(1))


def _comes_with_step(session: Session, event: Event) -> bool:
    """Return whether the event is a comment that came with a step of the life cycle, which tells it."""
    if event.type != EventType.COMMENT_ADDED:
        return False
    steps = select(Event).where(
        Event.report_id == event.report_id,
        Event.at == event.at,
        Event.staff_id.is_not_distinct_from(event.staff_id),
        Event.type.in_(STEP_TYPES),
    )
    found: Sequence[Event] = session.scalars(steps).all()
    return any(for_citizens(step) for step in found)
