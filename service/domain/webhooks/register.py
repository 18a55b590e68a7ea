"""Webhooks as administrators keep them: named, narrowed, paused, given new secrets, and told events again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.config import Text
from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import EditStamp
from service.domain.configuration.cityfile.schema.base import CityFileModel
from service.domain.kernel.audit import write_entry
from service.domain.kernel.sealing import seal_for
from service.domain.queries.feed import read_feed
from service.domain.webhooks.deliveries import KEPT, add_deliveries, filter_of, switch_off
from service.domain.webhooks.signing import make_secret
from service.errors import Conflict, FieldError, Invalid, NotFound, invalid
from service.i18n import N_
from service.models import Event, EventType, Staff, Webhook, WebhookDelivery
from service.models.ops.webhook import DELIVERY_DUE, WebhookState
from service.network.outbound import OutboundRules, Problem

MOST_WEBHOOKS = 50
MOST_REPLAYED = 5_000
MOST_TESTS = 5
"""Tests of one webhook that may wait."""

ROTATION = timedelta(hours=24)
"""So long the secret before the newest one signs too."""

_PAGE = 200
ADDRESS_PROBLEMS: Mapping[Problem, str] = {
    "url": N_("Địa chỉ này không đọc được."),
    "scheme": N_("Cần địa chỉ https."),
    "port": N_("Chỉ dùng cổng 443, 8443 hoặc từ 1024 trở lên."),
    "private": N_("Không gửi đến địa chỉ trong mạng nội bộ."),
}

Codes = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=50)]


class WebhookRequest(CityFileModel):
    """A webhook as it is to be. The lists narrow what is sent; an empty one lets everything through."""

    name: Text
    url: Annotated[str, Field(min_length=1, max_length=500)]
    types: Codes = []
    categories: Codes = []
    wards: Codes = []
    departments: Codes = []


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook without its secrets, and how many messages wait for it."""

    row: Webhook
    author: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Span:
    """Span of time, its first instant included."""

    since: datetime
    until: datetime


def all_webhooks(session: Session) -> list[WebhookView]:
    """Return all webhooks, the newest first."""
    waiting = (
        select(func.count())
        .where(WebhookDelivery.webhook_id == Webhook.id, WebhookDelivery.state.in_(DELIVERY_DUE))
        .scalar_subquery()
    )
    query = select(Webhook, Staff.name, waiting).join(Staff, Staff.id == Webhook.created_by)
    rows = session.execute(query.order_by(Webhook.id.desc()))
    return [WebhookView(row, author, number) for row, author, number in rows]


def find_webhook(session: Session, webhook_id: int) -> WebhookView:
    """Return one webhook. Raises NotFound."""
    for each in all_webhooks(session):
        if each.row.id == webhook_id:
            return each
    raise _unknown()


def add_webhook(
    session: Session,
    reference: Reference,
    stamp: EditStamp,
    key: bytes,
    rules: OutboundRules,
    request: WebhookRequest,
) -> tuple[Webhook, str]:
    """Make a webhook; its secret is in the answer and nowhere else. Raises Invalid, Conflict."""
    check_request(reference, rules, request)
    if (session.scalar(select(func.count()).select_from(Webhook)) or 0) >= MOST_WEBHOOKS:
        raise Conflict(N_("Đã có {number} webhook. Hãy xóa bớt trước."), number=MOST_WEBHOOKS)
    secret = make_secret()
    row = Webhook(
        **request.model_dump(),
        secret=seal_for(key, "webhook-secret", secret),
        state=WebhookState.ON,
        created_at=stamp.at,
        created_by=stamp.staff_id,
    )
    session.add(row)
    session.flush()
    _audit(session, stamp, "webhook.added", row, after=request.model_dump())
    return row, secret


def change_webhook(
    session: Session,
    reference: Reference,
    stamp: EditStamp,
    rules: OutboundRules,
    webhook_id: int,
    request: WebhookRequest,
) -> Webhook:
    """Change name, address or filters; what waits goes to the new address. Raises NotFound, Invalid."""
    check_request(reference, rules, request)
    row = _locked(session, webhook_id)
    after = request.model_dump()
    before = {name: getattr(row, name) for name in after}
    if before == after:
        return row
    for name, value in after.items():
        setattr(row, name, value)
    session.flush()
    _audit(session, stamp, "webhook.changed", row, before=before, after=after)
    return row


def pause_webhook(session: Session, stamp: EditStamp, webhook_id: int) -> Webhook:
    """Stop sending to a webhook. Raises NotFound, Conflict for one that is off already."""
    row = _locked(session, webhook_id)
    if row.state != WebhookState.ON:
        raise Conflict(N_("Webhook này đang dừng."))
    switch_off(session, row, WebhookState.PAUSED, stamp.at, stamp.staff_id)
    return row


def resume_webhook(
    session: Session, reference: Reference, stamp: EditStamp, webhook_id: int, *, missed: bool
) -> int:
    """Send to a webhook again, with `missed` also what came while it was off (up to MOST_REPLAYED events of
    the last days); how many messages that are. Raises NotFound, Conflict.
    """
    row = _locked(session, webhook_id)
    if row.state == WebhookState.ON:
        raise Conflict(N_("Webhook này đang chạy."))
    before, since = row.state, row.missed_from
    row.state, row.missed_from, row.failing_since, row.hold_until = WebhookState.ON, None, None, None
    added = 0
    if missed and since is not None:
        chosen = _events_after(session, reference, row, since, Span(stamp.at - KEPT, stamp.at))
        added = add_deliveries(session, row, chosen, stamp.at)
    session.flush()
    facts = {"state": before}, {"state": WebhookState.ON, "missed": added}
    _audit(session, stamp, "webhook.resumed", row, before=facts[0], after=facts[1])
    return added


def rotate_secret(session: Session, stamp: EditStamp, key: bytes, webhook_id: int) -> tuple[Webhook, str]:
    """Give a webhook a new secret; for ROTATION the one before it signs too. Raises NotFound."""
    row = _locked(session, webhook_id)
    secret = make_secret()
    row.old_secret, row.old_until = row.secret, stamp.at + ROTATION
    row.secret = seal_for(key, "webhook-secret", secret)
    session.flush()
    _audit(session, stamp, "webhook.rotated", row)
    return row, secret


def delete_webhook(session: Session, stamp: EditStamp, webhook_id: int) -> None:
    """Delete a webhook with all its deliveries. Raises NotFound."""
    row = _locked(session, webhook_id)
    _audit(session, stamp, "webhook.removed", row, before={"name": row.name, "url": row.url})
    session.delete(row)
    session.flush()


def send_test(session: Session, stamp: EditStamp, webhook_id: int) -> WebhookDelivery:
    """Have a test message sent. Raises NotFound, Conflict while the webhook is off or tests wait."""
    row = _locked(session, webhook_id)
    if row.state != WebhookState.ON:
        raise Conflict(N_("Webhook này đang dừng."))
    waiting = select(func.count()).where(
        WebhookDelivery.webhook_id == row.id,
        WebhookDelivery.event_id.is_(None),
        WebhookDelivery.state.in_(DELIVERY_DUE),
    )
    if (session.scalar(waiting) or 0) >= MOST_TESTS:
        raise Conflict(N_("Tin thử trước chưa gửi xong. Hãy xem nhật ký."))
    row.hold_until = None  # whoever asks for a test looks at it now
    made = WebhookDelivery(webhook_id=row.id, next_at=stamp.at, created_at=stamp.at)
    session.add(made)
    session.flush()
    return made


def replay_one(session: Session, stamp: EditStamp, webhook_id: int, delivery_id: UUID) -> WebhookDelivery:
    """Have the event of a delivery sent again, as a message of its own. Raises NotFound, Conflict."""
    row = _locked(session, webhook_id)
    old = session.get(WebhookDelivery, delivery_id)
    if old is None or old.webhook_id != row.id or old.event_id is None:
        raise NotFound(N_("Không có lần gửi này."))
    if row.state != WebhookState.ON:
        raise Conflict(N_("Webhook này đang dừng."))
    add_deliveries(session, row, [old.event_id], stamp.at, _next_replay(session, row.id, [old.event_id]))
    newest = (
        select(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == row.id, WebhookDelivery.event_id == old.event_id)
        .order_by(WebhookDelivery.replay.desc())
        .limit(1)
    )
    _audit(session, stamp, "webhook.replayed", row, after={"messages": 1})
    return session.scalars(newest).one()


def replay_range(
    session: Session, reference: Reference, stamp: EditStamp, webhook_id: int, span: Span
) -> int:
    """Have the events of a span sent again that the webhook wants, at most MOST_REPLAYED; how many.

    Raises NotFound, Conflict while the webhook is off, Invalid for a span that ends before it begins.
    """
    row = _locked(session, webhook_id)
    if row.state != WebhookState.ON:
        raise Conflict(N_("Webhook này đang dừng."))
    if span.until <= span.since:
        raise invalid(["until"], N_("Thời điểm cuối phải sau thời điểm đầu."))
    span = Span(max(span.since, stamp.at - KEPT), span.until)
    first = session.scalar(select(func.min(Event.position)).where(Event.at >= span.since)) or 0
    chosen = _events_after(session, reference, row, first - 1, span)
    added = add_deliveries(session, row, chosen, stamp.at, _next_replay(session, row.id, chosen))
    _audit(session, stamp, "webhook.replayed", row, after={"messages": added})
    return added


def check_request(reference: Reference, rules: OutboundRules, request: WebhookRequest) -> None:
    """Raises Invalid that names every code that is unknown, and an address that nothing is sent to."""
    errors: list[FieldError] = []
    if problem := rules.url_problem(request.url):
        errors.append(FieldError(("url",), ADDRESS_PROBLEMS[problem]))
    known: Mapping[str, Callable[[str], object]] = {
        "types": lambda code: code in set(EventType),
        "categories": reference.category_by_code.get,
        "wards": reference.ward_ids,
        "departments": reference.department_by_code.get,
    }
    for name, find in known.items():
        codes: Collection[str] = getattr(request, name)
        errors += [
            FieldError((name,), N_("Không có mã “{code}”."), {"code": code})
            for code in codes
            if not find(code)
        ]
    if errors:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)


def _events_after(
    session: Session, reference: Reference, webhook: Webhook, after: int, span: Span
) -> Sequence[int]:
    """Return the ids of the events after a position that the webhook wants, the oldest first."""
    positions: list[int] = []
    filters = filter_of(webhook)
    while len(positions) < MOST_REPLAYED:
        page = read_feed(session, reference, filters, after=after, limit=_PAGE)
        positions += [row.position for row in page.rows if span.since <= row.at < span.until]
        if len(page.rows) < _PAGE or page.rows[-1].at >= span.until + timedelta(hours=1):
            break
        after = page.next
    ids = select(Event.id).where(Event.position.in_(positions[:MOST_REPLAYED])).order_by(Event.position)
    return session.scalars(ids).all() if positions else []


def _next_replay(session: Session, webhook_id: int, event_ids: Sequence[int]) -> int:
    before = select(func.max(WebhookDelivery.replay)).where(
        WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.event_id.in_(event_ids)
    )
    return 1 + (session.scalar(before) or 0)


def _locked(session: Session, webhook_id: int) -> Webhook:
    row = session.get(Webhook, webhook_id, with_for_update=True)
    if row is None:
        raise _unknown()
    return row


def _audit(
    session: Session,
    stamp: EditStamp,
    action: str,
    row: Webhook,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    write_entry(
        session, action, f"{row.id}", at=stamp.at, staff_id=stamp.staff_id, before=before, after=after
    )


def _unknown() -> NotFound:
    return NotFound(N_("Không có webhook này."))
