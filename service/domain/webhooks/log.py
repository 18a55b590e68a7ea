"""The log of a webhook's deliveries: what was sent, how each try went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from service.models import Event, Report, WebhookAttempt, WebhookDelivery
from service.models.ops.webhook import DeliveryState

PAGE = 50
SHOWN = timedelta(days=1)
"""Span of events that is sent again where none is named."""


@dataclass(frozen=True, slots=True)
class DeliveryEntry:
    """Delivery with its tries, the last one first. `type` and `code` are empty for a test."""

    row: WebhookDelivery
    type: str
    code: str
    tries: Sequence[WebhookAttempt]


def read_log(
    session: Session,
    webhook_id: int,
    *,
    state: DeliveryState | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[DeliveryEntry]:
    """Return deliveries, the newest first, from `before` on; `state` narrows them."""
    query = (
        select(WebhookDelivery, Event.type, Report.code)
        .outerjoin(Event, Event.id == WebhookDelivery.event_id)
        .outerjoin(Report, Report.id == Event.report_id)
        .where(WebhookDelivery.webhook_id == webhook_id)
    )
    if state is not None:
        query = query.where(WebhookDelivery.state == state)
    if before is not None:
        at, identity = before
        older = and_(WebhookDelivery.created_at == at, WebhookDelivery.id < identity)
        query = query.where(or_(WebhookDelivery.created_at < at, older))
    newest = (WebhookDelivery.created_at.desc(), WebhookDelivery.id.desc())
    rows = session.execute(query.order_by(*newest).limit(limit)).all()
    tries = _tries(session, [row.id for row, _, _ in rows])
    return [DeliveryEntry(row, kind or "", code or "", tries.get(row.id, ())) for row, kind, code in rows]


def read_log_before(
    session: Session, webhook_id: int, state: DeliveryState | None, before: UUID | None, limit: int
) -> list[DeliveryEntry]:
    """Return the deliveries before one of the same webhook; from the newest on where it is none."""
    row = session.get(WebhookDelivery, before) if before is not None else None
    place = (row.created_at, row.id) if row is not None and row.webhook_id == webhook_id else None
    return read_log(session, webhook_id, state=state, before=place, limit=limit)


def _tries(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, list[WebhookAttempt]]:
    found: dict[UUID, list[WebhookAttempt]] = {}
    query = select(WebhookAttempt).where(WebhookAttempt.delivery_id.in_(ids))
    for each in session.scalars(query.order_by(WebhookAttempt.id.desc())):
        found.setdefault(each.delivery_id, []).append(each)
    return found
