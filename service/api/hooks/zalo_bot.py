"""Webhook of the bot in the companies' groups: its word, one row, 200."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.db import async_unit_of_work
from service.domain.kernel.tokens import is_same
from service.domain.talks.inbox import Delivery, store_delivery
from service.domain.talks.vault import Vault
from service.errors import Forbidden, NotFound
from service.i18n import N_
from service.network.foreign_json import parse_mapping
from service.sending.zalo.bot.bot_account import CHANNEL_NAME, bot_account
from service.sending.zalo.bot.bot_api import event_key, is_of_group
from service.web.dependencies import NowDep, ResourcesDep

router = APIRouter()

MOST_BYTES = 64_000


@router.post("/hooks/zalo-bot", include_in_schema=False, max_body_size=MOST_BYTES)
async def hear(request: Request, resources: ResourcesDep, now: NowDep) -> Response:
    """Keep a message of a group. Raises NotFound without a bot, Forbidden for a wrong word."""
    account = bot_account(resources.settings)
    if account is None:
        raise NotFound(N_("Không có trang hoặc mục này. Hãy xem lại địa chỉ."))
    if not is_same(request.headers.get("x-bot-api-secret-token", ""), account.secret):
        raise Forbidden(N_("Mã xác minh không đúng."))
    body = await request.body()
    event = parse_mapping(body)
    if is_of_group(event) and (key := event_key(event)):
        delivery = Delivery(CHANNEL_NAME, "bot", key, body.decode("utf-8", "replace"))
        async with async_unit_of_work(resources.engine) as session:
            await session.run_sync(store_delivery, Vault(resources.settings.secret), delivery, now)
    return Response(status_code=200)
