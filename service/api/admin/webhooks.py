"""Webhooks for administrators' programmes: kept, paused, tested, given new secrets, told again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from service.api.admin.dependencies import BookDep, EditStampDep
from service.api.shared.answers import refusals
from service.domain.reports.drafts import Moment, StrictBody
from service.domain.webhooks import log, register
from service.domain.webhooks.log import DeliveryEntry
from service.domain.webhooks.register import Span, WebhookRequest, WebhookView
from service.models import Webhook
from service.models.ops.webhook import DeliveryState
from service.web.dependencies import ResourcesDep, SessionDep
from service.web.paths import RowId

router = APIRouter(prefix="/admin/webhooks", tags=["administration"])


class WebhookOut(BaseModel):
    """A webhook. `secret` only in the answers that make one; `missed` says that events came while it was
    off.
    """

    id: int
    name: str
    url: str
    types: list[str]
    categories: list[str]
    wards: list[str]
    departments: list[str]
    state: str
    missed: bool
    waiting: int
    failing_since: datetime | None
    last_ok_at: datetime | None
    old_secret_until: datetime | None
    created_at: datetime
    secret: str | None = None


class WebhookList(BaseModel):
    """All webhooks, the newest first."""

    items: list[WebhookOut]


class Resumption(StrictBody):
    """`missed`: what came while it was off is sent too."""

    missed: bool = False


class Replay(StrictBody):
    """Choice of events to send again: that of one delivery, or the events of a span of time."""

    delivery: UUID | None = None
    since: Moment | None = None
    until: Moment | None = None


class Queued(BaseModel):
    """Number of messages that were queued."""

    messages: int


class AttemptOut(BaseModel):
    """Try of a delivery: its status, or why nothing was answered, milliseconds, and how the answer begins."""

    at: datetime
    ms: int
    status: int | None
    error: str
    answer: str


class DeliveryOut(BaseModel):
    """A message. `id` is its `webhook-id`; `type` is empty for a test."""

    id: UUID
    type: str
    report: str
    state: str
    replay: int
    created_at: datetime
    next_at: datetime
    done_at: datetime | None
    attempts: list[AttemptOut]


class DeliveryList(BaseModel):
    """Messages, the newest first; `next` goes into `before`."""

    items: list[DeliveryOut]
    next: UUID | None


@router.get("", responses=refusals(401, 403))
async def every(session: SessionDep, _stamp: EditStampDep) -> WebhookList:
    """All webhooks."""
    return WebhookList(items=[_out(each) for each in await session.run_sync(register.all_webhooks)])


@router.post("", status_code=201, responses=refusals(400, 401, 403, 409, 413, 422))
async def add(
    sent: WebhookRequest,
    response: Response,
    session: SessionDep,
    book: BookDep,
    stamp: EditStampDep,
    resources: ResourcesDep,
) -> WebhookOut:
    """A new webhook; its secret is told this once."""
    response.headers["Cache-Control"] = "no-store"
    settings = resources.settings
    row, secret = await session.run_sync(
        register.add_webhook, book.reference, stamp, settings.secret, settings.webhook_rules, sent
    )
    return await _one(session, row.id, secret)


@router.get("/{webhook}", responses=refusals(401, 403, 404, 422))
async def one(webhook: RowId, session: SessionDep, _stamp: EditStampDep) -> WebhookOut:
    """Return one webhook."""
    return await _one(session, webhook)


@router.put("/{webhook}", responses=refusals(400, 401, 403, 404, 413, 422))
async def change(
    webhook: RowId,
    sent: WebhookRequest,
    session: SessionDep,
    book: BookDep,
    stamp: EditStampDep,
    resources: ResourcesDep,
) -> WebhookOut:
    """Change name, address or filters; what waits goes to the new address."""
    rules = resources.settings.webhook_rules
    await session.run_sync(register.change_webhook, book.reference, stamp, rules, webhook, sent)
    return await _one(session, webhook)


@router.delete("/{webhook}", status_code=204, responses=refusals(401, 403, 404, 422))
async def remove(webhook: RowId, session: SessionDep, stamp: EditStampDep) -> Response:
    """Delete a webhook with its log."""
    await session.run_sync(register.delete_webhook, stamp, webhook)
    return Response(status_code=204)


@router.post("/{webhook}/pause", responses=refusals(401, 403, 404, 409, 422))
async def pause(webhook: RowId, session: SessionDep, stamp: EditStampDep) -> WebhookOut:
    """Send nothing until it is resumed."""
    await session.run_sync(register.pause_webhook, stamp, webhook)
    return await _one(session, webhook)


@router.post("/{webhook}/resume", responses=refusals(400, 401, 403, 404, 409, 413, 422))
async def resume(
    webhook: RowId, sent: Resumption, session: SessionDep, book: BookDep, stamp: EditStampDep
) -> Queued:
    """Send again, on demand also what came while it was off."""
    number = await session.run_sync(
        lambda sync: register.resume_webhook(sync, book.reference, stamp, webhook, missed=sent.missed)
    )
    return Queued(messages=number)


@router.post("/{webhook}/secret", responses=refusals(401, 403, 404, 422))
async def rotate(
    webhook: RowId, response: Response, session: SessionDep, stamp: EditStampDep, resources: ResourcesDep
) -> WebhookOut:
    """A new secret, told this once; for 24 hours the one before it signs too."""
    response.headers["Cache-Control"] = "no-store"
    _, secret = await session.run_sync(register.rotate_secret, stamp, resources.settings.secret, webhook)
    return await _one(session, webhook, secret)


@router.post("/{webhook}/test", status_code=202, responses=refusals(401, 403, 404, 409, 422))
async def test(webhook: RowId, session: SessionDep, stamp: EditStampDep) -> Queued:
    """Send a message of the type `webhook.test`."""
    await session.run_sync(register.send_test, stamp, webhook)
    return Queued(messages=1)


@router.post("/{webhook}/replay", status_code=202, responses=refusals(400, 401, 403, 404, 409, 413, 422))
async def replay(
    webhook: RowId, sent: Replay, session: SessionDep, book: BookDep, stamp: EditStampDep
) -> Queued:
    """Send events again: that of one `delivery`, or those between `since` and `until` (at most 5,000 of the
    last 30 days). Each is a message of its own, by a new id.
    """
    if sent.delivery is not None:
        await session.run_sync(register.replay_one, stamp, webhook, sent.delivery)
        return Queued(messages=1)
    span = Span(sent.since or stamp.at - log.SHOWN, sent.until or stamp.at)
    number = await session.run_sync(register.replay_range, book.reference, stamp, webhook, span)
    return Queued(messages=number)


@router.get("/{webhook}/deliveries", responses=refusals(401, 403, 404, 422))
async def deliveries(
    webhook: RowId,
    session: SessionDep,
    _stamp: EditStampDep,
    state: DeliveryState | None = None,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveryList:
    """Return what was sent, the newest first, with every try; kept for 30 days."""
    await session.run_sync(register.find_webhook, webhook)
    found = await session.run_sync(log.read_log_before, webhook, state, before, limit)
    items = [_delivery(each) for each in found]
    return DeliveryList(items=items, next=items[-1].id if len(items) == limit else None)


async def _one(session: SessionDep, webhook: int, secret: str | None = None) -> WebhookOut:
    return _out(await session.run_sync(register.find_webhook, webhook), secret)


def _out(view: WebhookView, secret: str | None = None) -> WebhookOut:
    row: Webhook = view.row
    return WebhookOut(
        id=row.id,
        name=row.name,
        url=row.url,
        types=row.types,
        categories=row.categories,
        wards=row.wards,
        departments=row.departments,
        state=row.state,
        missed=row.missed_from is not None,
        waiting=view.waiting,
        failing_since=row.failing_since,
        last_ok_at=row.last_ok_at,
        old_secret_until=row.old_until,
        created_at=row.created_at,
        secret=secret,
    )


def _delivery(entry: DeliveryEntry) -> DeliveryOut:
    row = entry.row
    tries: Sequence[AttemptOut] = [
        AttemptOut(at=each.at, ms=each.ms, status=each.status, error=each.error, answer=each.answer)
        for each in entry.tries
    ]
    return DeliveryOut(
        id=row.id,
        type=entry.type,
        report=entry.code,
        state=row.state,
        replay=row.replay,
        created_at=row.created_at,
        next_at=row.next_at,
        done_at=row.done_at,
        attempts=list(tries),
    )
