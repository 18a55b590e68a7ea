"""Webhook of Zalo: signature, one row, 200. Zalo waits two seconds and gives up a hook that fails often."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.db import async_unit_of_work
from service.domain.talks.inbox import Delivery, store_delivery
from service.domain.talks.vault import Vault
from service.errors import Forbidden, NotFound
from service.i18n import N_
from service.network.foreign_json import parse_mapping
from service.ops.telemetry import get_logger
from service.sending.zalo.account import CHANNEL_NAME, ZaloAccount, zalo_account
from service.sending.zalo.events import external_id, wanted
from service.sending.zalo.signing import is_signed_by, is_timely
from service.web.dependencies import NowDep, ResourcesDep

router = APIRouter()

log = get_logger(__name__)

MOST_BYTES = 64_000


@router.post("/hooks/zalo", include_in_schema=False, max_body_size=MOST_BYTES)
async def receive(request: Request, resources: ResourcesDep, now: NowDep) -> Response:
    """Keep an event. The console's probe is empty and unsigned: answered, and nothing is kept.

    Raises NotFound without an account, Forbidden for a wrong signature or an old event.
    """
    account = zalo_account(resources.settings)
    if account is None:
        raise NotFound(N_("Không có trang hoặc mục này. Hãy xem lại địa chỉ."))
    body = await request.body()
    if not body.strip():
        return Response(status_code=200)
    event = parse_mapping(body)
    timestamp = str(event.get("timestamp", ""))
    header = request.headers.get("x-zevent-signature", "")
    if not is_signed_by(header, account.app_id, body, timestamp, account.oa_secret):
        _log_refused_signature(account, event, signed=bool(header))
        raise Forbidden(N_("Chữ ký không đúng."))
    if not is_timely(timestamp, now):
        raise Forbidden(N_("Sự kiện này quá cũ."))
    if wanted(event):
        delivery = Delivery(CHANNEL_NAME, account.oa_id, external_id(event), body.decode("utf-8", "replace"))
        async with async_unit_of_work(resources.engine) as session:
            await session.run_sync(store_delivery, Vault(resources.settings.secret), delivery, now)
    return Response(status_code=200)


def _log_refused_signature(account: ZaloAccount, event: dict[str, object], *, signed: bool) -> None:
    """Log which inputs were used, never a secret: variants of the formula are known."""
    log.warning(
        "zalo signature refused",
        signed=signed,
        same_app=event.get("app_id") == account.app_id,
        timestamp=str(event.get("timestamp", ""))[:20],
    )
