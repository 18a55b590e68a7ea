"""Webhook of Facebook: the handshake, the signature over the very bytes, one row an event, 200."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic_core import to_json

from service.db import async_unit_of_work
from service.domain.kernel.tokens import is_same
from service.domain.talks.inbox import Delivery, store_deliveries
from service.domain.talks.vault import Vault
from service.errors import Forbidden, NotFound
from service.i18n import N_
from service.network.foreign_json import parse_mapping
from service.ops.telemetry import get_logger
from service.sending.facebook.events import event_id, is_signed_page, messagings
from service.sending.facebook.page_account import CHANNEL_NAME, PageAccount, page_account
from service.settings import Settings
from service.web.dependencies import NowDep, ResourcesDep

router = APIRouter()

log = get_logger(__name__)

MOST_BYTES = 256_000


@router.get("/hooks/facebook", include_in_schema=False)
async def verify(
    resources: ResourcesDep,
    mode: Annotated[str, Query(alias="hub.mode", max_length=40)] = "",
    token: Annotated[str, Query(alias="hub.verify_token", max_length=400)] = "",
    challenge: Annotated[str, Query(alias="hub.challenge", max_length=400)] = "",
) -> Response:
    """Answer the handshake. Raises NotFound without a Page, Forbidden for a wrong token."""
    account = _account(resources.settings)
    if mode != "subscribe" or not account.verify_token or not is_same(token, account.verify_token):
        raise Forbidden(N_("Mã xác minh không đúng."))
    return PlainTextResponse(challenge, headers={"x-content-type-options": "nosniff"})


@router.post("/hooks/facebook", include_in_schema=False, max_body_size=MOST_BYTES)
async def take_batch(request: Request, resources: ResourcesDep, now: NowDep) -> Response:
    """Keep the events of a batch. Raises NotFound without a Page, Forbidden for a wrong signature."""
    account = _account(resources.settings)
    body = await request.body()
    if not is_signed_page(request.headers.get("x-hub-signature-256", ""), body, account.app_secret):
        log.warning("facebook signature refused", signed="x-hub-signature-256" in request.headers)
        raise Forbidden(N_("Chữ ký không đúng."))
    found = list(messagings(parse_mapping(body), account.page_id, account.app_id))
    if found:
        deliveries = [
            Delivery(CHANNEL_NAME, account.page_id, event_id(each), to_json(each).decode()) for each in found
        ]
        async with async_unit_of_work(resources.engine) as session:
            await session.run_sync(store_deliveries, Vault(resources.settings.secret), deliveries, now)
    return Response(status_code=200)


def _account(settings: Settings) -> PageAccount:
    account = page_account(settings)
    if account is None:
        raise NotFound(N_("Không có trang hoặc mục này. Hãy xem lại địa chỉ."))
    return account
