"""Deliveries of webhooks: gathered from events, settled by what the receiver answered; claimed in `claims`.

Locks are taken in one order: the webhook, then its deliveries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.audit import write_entry
from service.domain.kernel.sql import changed_rows, in_array, rows_of
from service.domain.queries.feed import FeedFilter, events_by_id
from service.models import Consumer, Event, PendingTask, Webhook, WebhookAttempt, WebhookDelivery
from service.models.ops.webhook import DELIVERY_DUE, DeliveryState, WebhookState

CONSUMER = "webhooks"
MOST_WAITING = 20_000
KEPT = timedelta(days=30)
FAILS_FOR = timedelta(days=5)
"""A webhook that has taken nothing for so long is switched off."""

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Before the second try and those after it, as the specification proposes; then it is given up."""

LONGEST_PAUSE = timedelta(hours=24)
SLOW_DOWN = timedelta(seconds=5)
"""A receiver that says it is overloaded, and not for how long, is left alone for this."""

LONGEST_REST = timedelta(minutes=1)
"""A receiver that fails is left alone for a tenth of the time since it last answered, at most so long: many
that wait are not each tried in vain, and the first answer lets all of them go."""

GONE, OVERLOADED = 410, frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Parcel:
    """Message that is ready to be sent; without `secrets` it cannot be signed."""

    id: UUID
    webhook_id: int
    url: str
    secrets: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of one try. `status` is None where nothing was answered, and `error` says why."""

    parcel: Parcel
    at: datetime
    ms: int
    status: int | None = None
    error: str = ""
    answer: str = ""
    retry_after: timedelta | None = None

    @property
    def taken(self) -> bool:
        """Return whether the receiver has taken the message."""
        return self.status is not None and 200 <= self.status < 300


def filter_of(webhook: Webhook) -> FeedFilter:
    """Return the filter of the feed that a webhook stands for."""
    return FeedFilter(
        categories=frozenset(webhook.categories) or None,
        wards=frozenset(webhook.wards) or None,
        departments=frozenset(webhook.departments) or None,
        types=frozenset(webhook.types) or None,
    )


def create_deliveries(session: Session, reference: Reference, ids: Sequence[int], now: datetime) -> int:
    """Have each webhook that wants them told of these events; how many deliveries are new.

    Harmless to repeat. One for which too many wait is switched off instead, and says so.
    """
    on = (
        select(Webhook)
        .where(Webhook.state == WebhookState.ON)
        .order_by(Webhook.id)
        .with_for_update(read=True)
    )
    webhooks = session.scalars(on).all()
    rows = events_by_id(session, ids) if webhooks else {}
    chosen: dict[int, list[int]] = {}
    for webhook in webhooks:
        filters = filter_of(webhook)
        chosen[webhook.id] = [identity for identity, row in rows.items() if filters.fits(reference, row)]
    made = _add(session, chosen, now)
    waiting = _waiting(session, [number for number, filters in chosen.items() if filters])
    for webhook in webhooks:
        if waiting.get(webhook.id, 0) > MOST_WAITING:
            switch_off(session, webhook, WebhookState.FULL, now)
    return made


def add_deliveries(
    session: Session, webhook: Webhook, event_ids: Sequence[int], now: datetime, replay: int = 0
) -> int:
    """Note that these events are to be sent to the webhook; how many were not noted before."""
    return _add(session, {webhook.id: event_ids}, now, replay)


def settle_outcomes(
    session: Session, outcomes: Sequence[Outcome], now: datetime, jitter: Callable[[], float]
) -> None:
    """Write down what became of these tries: done, to be tried again, given up; or the webhook switched off.

    `jitter` gives factors about 1, so that what failed together is not tried again together.
    """
    numbers = sorted({each.parcel.webhook_id for each in outcomes})
    locked = select(Webhook).where(Webhook.id.in_(numbers)).order_by(Webhook.id).with_for_update()
    webhooks = {each.id: each for each in session.scalars(locked)}
    states = _locked_states(session, [each.parcel.id for each in outcomes])
    known = [each for each in outcomes if each.parcel.id in states and each.parcel.webhook_id in webhooks]
    _write_tries(session, known)
    for outcome in known:
        # A try whose lease had ended may have come through twice.
        if not outcome.taken and states[outcome.parcel.id] != DeliveryState.DONE:
            _try_again(session.get_one(WebhookDelivery, outcome.parcel.id), outcome, now, jitter())
        _settle_webhook(session, webhooks[outcome.parcel.webhook_id], outcome, now)
    session.flush()
    if done := [each.parcel.id for each in known if each.taken]:
        _mark_done(session, done, now)


def switch_off(
    session: Session, webhook: Webhook, state: WebhookState, now: datetime, staff_id: int | None = None
) -> None:
    """Stop sending to a webhook whose row is locked, and remember from where on it misses events."""
    before = webhook.state
    if before == WebhookState.ON:
        webhook.missed_from = _gathered_to(session)
    webhook.state = state
    session.flush()
    action = "webhook.paused" if state == WebhookState.PAUSED else "webhook.switched_off"
    facts = {"state": before}, {"state": state}
    write_entry(session, action, f"{webhook.id}", at=now, staff_id=staff_id, before=facts[0], after=facts[1])


def erase_old_deliveries(session: Session, now: datetime, most: int = 5_000) -> int:
    """Erase deliveries and their tries after KEPT, also those that never went; how many."""
    old = (
        select(WebhookDelivery.id)
        .where(WebhookDelivery.created_at < now - KEPT)
        .order_by(WebhookDelivery.created_at)
        .limit(most)
    )
    return changed_rows(session.execute(delete(WebhookDelivery).where(WebhookDelivery.id.in_(old))))


def forget_old_secrets(session: Session, now: datetime) -> None:
    """Erase secrets that no longer sign."""
    ended = update(Webhook).where(Webhook.old_until <= now)
    session.execute(ended.values(old_secret=None, old_until=None))


def _add(session: Session, chosen: Mapping[int, Sequence[int]], now: datetime, replay: int = 0) -> int:
    """Have webhooks (by number) told of events (by id) by one statement; how many deliveries are new."""
    pairs = [(number, each) for number, events in chosen.items() for each in sorted(events)]
    if not pairs:
        return 0
    rows = rows_of(
        (WebhookDelivery.webhook_id, [number for number, _ in pairs]),
        (WebhookDelivery.event_id, [each for _, each in pairs]),
    )
    same = (func.gen_random_uuid(), literal(replay), literal(now), literal(now))
    into = ["webhook_id", "event_id", "id", "replay", "next_at", "created_at"]
    made = insert(WebhookDelivery).from_select(into, rows.add_columns(*same))
    return len(session.scalars(made.on_conflict_do_nothing().returning(WebhookDelivery.id)).all())


def _locked_states(session: Session, ids: Sequence[UUID]) -> dict[UUID, DeliveryState]:
    found = select(WebhookDelivery.id, WebhookDelivery.state).where(in_array(WebhookDelivery.id, ids))
    return {row[0]: row[1] for row in session.execute(found.with_for_update())}


def _write_tries(session: Session, outcomes: Sequence[Outcome]) -> None:
    rows = rows_of(
        (WebhookAttempt.delivery_id, [each.parcel.id for each in outcomes]),
        (WebhookAttempt.at, [each.at for each in outcomes]),
        (WebhookAttempt.ms, [each.ms for each in outcomes]),
        (WebhookAttempt.status, [each.status for each in outcomes]),
        (WebhookAttempt.error, [each.error[:200] for each in outcomes]),
        (WebhookAttempt.answer, [each.answer for each in outcomes]),
    )
    into = ["delivery_id", "at", "ms", "status", "error", "answer"]
    session.execute(insert(WebhookAttempt).from_select(into, rows))


def _mark_done(session: Session, ids: Sequence[UUID], now: datetime) -> None:
    taken = update(WebhookDelivery).where(
        in_array(WebhookDelivery.id, ids), WebhookDelivery.state != DeliveryState.DONE
    )
    session.execute(
        taken.values(state=DeliveryState.DONE, done_at=now), execution_options={"synchronize_session": False}
    )


def _try_again(row: WebhookDelivery, outcome: Outcome, now: datetime, factor: float) -> None:
    if row.attempts > len(PAUSES):
        row.state, row.done_at = DeliveryState.GIVEN_UP, now
    else:
        pause = max(PAUSES[max(row.attempts, 1) - 1] * factor, outcome.retry_after or timedelta())
        row.state, row.next_at = DeliveryState.WAITING, now + min(pause, LONGEST_PAUSE)


def _settle_webhook(session: Session, webhook: Webhook, outcome: Outcome, now: datetime) -> None:
    if outcome.taken:
        webhook.last_ok_at, webhook.failing_since, webhook.hold_until = now, None, None
        return
    webhook.failing_since = webhook.failing_since or now
    webhook.hold_until = now + min((now - webhook.failing_since) / 10, LONGEST_REST)
    if outcome.retry_after or outcome.status in OVERLOADED:
        webhook.hold_until = now + min(outcome.retry_after or SLOW_DOWN, LONGEST_PAUSE)
    if webhook.state != WebhookState.ON:
        return
    if outcome.status == GONE:
        switch_off(session, webhook, WebhookState.GONE, now)
    elif webhook.failing_since <= now - FAILS_FOR:
        switch_off(session, webhook, WebhookState.FAILING, now)


def _waiting(session: Session, numbers: Sequence[int]) -> dict[int, int]:
    """Return how many deliveries wait for each webhook."""
    counted = (
        select(WebhookDelivery.webhook_id, func.count())
        .where(in_array(WebhookDelivery.webhook_id, numbers), WebhookDelivery.state.in_(DELIVERY_DUE))
        .group_by(WebhookDelivery.webhook_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def _gathered_to(session: Session) -> int:
    """Return the position up to which every event was gathered; some behind it may be too."""
    position = session.scalar(select(Consumer.position).where(Consumer.name == CONSUMER)) or 0
    handed = select(PendingTask.subject).where(PendingTask.consumer == CONSUMER)
    pending = [int(each) for each in session.scalars(handed)]
    oldest = (
        session.scalar(select(func.min(Event.position)).where(Event.id.in_(pending))) if pending else None
    )
    return min(position, oldest - 1) if oldest is not None else position
