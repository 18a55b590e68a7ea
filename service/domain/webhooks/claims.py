"""Deliveries of webhooks claimed by a worker: written as messages, kept while it lives, given back untried.

A round looks at all webhooks together: events are read once and written once for every webhook that is told
of them, and what was claimed is marked by one statement.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, true, update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.sealing import unseal_for
from service.domain.kernel.sql import in_array, rows_of
from service.domain.queries.feed import CursorOf, EventRow, events_by_id, feed_item
from service.domain.webhooks.deliveries import Parcel, filter_of
from service.models import Webhook, WebhookDelivery
from service.models.ops.webhook import DELIVERY_DUE, DeliveryState, WebhookState

TEST_TYPE = "webhook.test"

LEASE = timedelta(seconds=5)
"""A delivery that its worker has neither settled nor kept by then is sent again, by the same id: so long
what a killed worker held is late."""

KEEP_EVERY_S = 1.5
"""So often a living worker begins the lease of what it still holds anew: a receiver may take longer."""

AT_ONCE, AT_MOST, WHILE_FAILING = 32, 256, 1
"""Deliveries of one webhook that a worker holds: more than go at a time, so that none waits for the next
round; the more the faster it takes them, up to a number. Of one that fails all workers together hold one,
until it answers again."""


@dataclass(frozen=True, slots=True)
class MessageContext:
    """Ingredients of a message besides the event: the installation's key, cursors, the public address.

    `opened` keeps secrets that were unsealed, by what they were sealed as, for as long as the context lives.
    """

    key: bytes
    cursor_of: CursorOf
    public_url: str
    opened: dict[str, str | None] = field(default_factory=dict, repr=False)


DueColumns = tuple[UUID, int, int | None, datetime]
DueRow = Row[*DueColumns]
_DUE = select(
    WebhookDelivery.id, WebhookDelivery.webhook_id, WebhookDelivery.event_id, WebhookDelivery.created_at
)


def claim(
    session: Session,
    reference: Reference,
    context: MessageContext,
    now: datetime,
    rooms: Mapping[int, int],
    *,
    failing: bool = True,
) -> list[Parcel]:
    """Take what is due, the longest waiting first; it is ours until the lease ends.

    Each webhook has places of its own, so that one that answers slowly keeps none of the others waiting;
    `rooms` says how many more of one this worker takes, AT_ONCE of those it does not name. What others hold
    takes no place: they may be dead.
    Without `failing` those that have failed lately are left out.
    """
    due = select(WebhookDelivery.id).where(WebhookDelivery.webhook_id == Webhook.id, *_due(now)).exists()
    rested = or_(Webhook.hold_until.is_(None), Webhook.hold_until <= now)
    ready = select(Webhook).where(Webhook.state == WebhookState.ON, rested, due).order_by(Webhook.id)
    if not failing:
        ready = ready.where(Webhook.failing_since.is_(None))
    webhooks = {each.id: each for each in session.scalars(ready.with_for_update(skip_locked=True))}
    ill = [number for number, each in webhooks.items() if each.failing_since]
    held = _held(session, ill, now) if ill else {}
    well = {number: rooms.get(number, AT_ONCE) for number in webhooks if number not in ill}
    rows: list[DueRow] = []
    if well := {number: room for number, room in well.items() if room > 0}:
        rows += session.execute(_next(well, now)).all()
    for number in ill:
        if (room := WHILE_FAILING - held.get(number, 0)) > 0:
            rows += session.execute(_next_of_ill(number, now, room)).all()
    return _wrap(session, reference, context, [(webhooks[row.webhook_id], row) for row in rows], now)


def renew_claims(session: Session, ids: Collection[UUID], now: datetime) -> None:
    """Begin the lease of claimed deliveries anew."""
    ours = update(WebhookDelivery).where(
        in_array(WebhookDelivery.id, ids), WebhookDelivery.state == DeliveryState.CLAIMED
    )
    session.execute(ours.values(next_at=now + LEASE), execution_options={"synchronize_session": False})


def release_untried(session: Session, ids: Collection[UUID], now: datetime) -> None:
    """Let claimed deliveries that were not tried wait again, as if they had not been claimed."""
    ours = update(WebhookDelivery).where(
        in_array(WebhookDelivery.id, ids), WebhookDelivery.state == DeliveryState.CLAIMED
    )
    as_before = {
        "state": DeliveryState.WAITING,
        "next_at": now,
        "attempts": func.greatest(WebhookDelivery.attempts - 1, 0),
    }
    session.execute(ours.values(as_before), execution_options={"synchronize_session": False})


def message_body(kind: str, at: datetime, data: Mapping[str, object]) -> bytes:
    """Return the body of a message: type, time and data, as the specification has them."""
    body = {"type": kind, "timestamp": at.isoformat().replace("+00:00", "Z"), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _held(session: Session, webhook_ids: Sequence[int], now: datetime) -> dict[int, int]:
    """Return how many deliveries of each webhook some worker holds."""
    counted = (
        select(WebhookDelivery.webhook_id, func.count())
        .where(
            WebhookDelivery.webhook_id.in_(webhook_ids),
            WebhookDelivery.state == DeliveryState.CLAIMED,
            WebhookDelivery.next_at > now,
        )
        .group_by(WebhookDelivery.webhook_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def _wrap(
    session: Session,
    reference: Reference,
    context: MessageContext,
    rows: Sequence[tuple[Webhook, DueRow]],
    now: datetime,
) -> list[Parcel]:
    """Write messages of deliveries and mark these as claimed; those not wanted any more are cancelled."""
    ids = {row.event_id for _, row in rows if row.event_id is not None}
    events = events_by_id(session, sorted(ids)) if ids else {}
    bodies: dict[int, bytes] = {}
    parcels: list[Parcel] = []
    dropped: list[UUID] = []
    for webhook, row in rows:
        if row.event_id is None:
            body = message_body(TEST_TYPE, row.created_at, {"webhook": webhook.id, "name": webhook.name})
        else:
            event = events.get(row.event_id)
            if event is None or not filter_of(webhook).fits(reference, event):
                dropped.append(row.id)
                continue
            if row.event_id not in bodies:
                bodies[row.event_id] = _body(reference, context, event)
            body = bodies[row.event_id]
        parcels.append(Parcel(row.id, webhook.id, webhook.url, _secrets(webhook, context, now), body))
    claimed = {
        "state": DeliveryState.CLAIMED,
        "next_at": now + LEASE,
        "attempts": WebhookDelivery.attempts + 1,
    }
    _mark(session, [each.id for each in parcels], claimed)
    _mark(session, dropped, {"state": DeliveryState.CANCELLED, "done_at": now})
    return parcels


def _mark(session: Session, ids: Collection[UUID], values: Mapping[str, object]) -> None:
    """Change deliveries whose rows are locked by one statement."""
    if ids:
        change = update(WebhookDelivery).where(in_array(WebhookDelivery.id, ids)).values(values)
        session.execute(change, execution_options={"synchronize_session": False})


def _next(rooms: Mapping[int, int], now: datetime) -> Select[*DueColumns]:
    """Select what has waited longest of each webhook, as many as it has room for."""
    rooms_of = rows_of((Webhook.id, rooms), (WebhookDelivery.replay, rooms.values())).subquery("asked")
    number, room = rooms_of.c
    found = (
        _DUE.where(WebhookDelivery.webhook_id == number, *_due(now))
        .order_by(WebhookDelivery.next_at, WebhookDelivery.event_id)
        .limit(room)
        .with_for_update(skip_locked=True)
        .lateral("found")
    )
    return select(found.c.id, found.c.webhook_id, found.c.event_id, found.c.created_at).select_from(
        rooms_of.join(found, true())
    )


def _next_of_ill(number: int, now: datetime, room: int) -> Select[*DueColumns]:
    """Select what has waited longest of one that fails, a test first: somebody looks at it now."""
    return (
        _DUE.where(WebhookDelivery.webhook_id == number, *_due(now))
        .order_by(WebhookDelivery.event_id.is_not(None), WebhookDelivery.next_at, WebhookDelivery.event_id)
        .limit(room)
        .with_for_update(skip_locked=True)
    )


def _body(reference: Reference, context: MessageContext, event: EventRow) -> bytes:
    item = feed_item(reference, event, context.cursor_of, context.public_url)
    return message_body(item.type, item.at, item.model_dump(mode="json"))


def _secrets(webhook: Webhook, context: MessageContext, now: datetime) -> tuple[str, ...]:
    sealed = [webhook.secret]
    if webhook.old_secret and webhook.old_until and webhook.old_until > now:
        sealed.append(webhook.old_secret)
    for each in sealed:
        if each not in context.opened:
            context.opened[each] = unseal_for(context.key, "webhook-secret", each)
    return tuple(opened for each in sealed if (opened := context.opened[each]) is not None)


def _due(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return WebhookDelivery.state.in_(DELIVERY_DUE), WebhookDelivery.next_at <= now
