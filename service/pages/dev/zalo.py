"""A telephone with Zalo, for the demo: it writes to our own hook as Zalo does, signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from service.domain.talks.twin import read_telephone
from service.domain.talks.vault import Vault
from service.errors import NotFound
from service.i18n import N_
from service.imaging.refusal import MAX_BYTES
from service.pages.shared.forms import FormDep, SentForm
from service.rendering.engine import page
from service.sending.zalo.account import CHANNEL_NAME, ZaloAccount, zalo_account
from service.sending.zalo.signing import signature
from service.storage import StorageUnavailable
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, SessionDep
from service.web.uploads import FORM_BYTES
from service.web.viewer import may_demo

router = APIRouter(prefix="/dev/zalo")

PEOPLE = {"1": "Lan", "2": "Minh", "3": "Hoa"}
PERSON = "246845883529197"


@router.get("")
async def telephone(
    request: Request,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
    who: Annotated[str, Query(max_length=2)] = "1",
    refused: Annotated[int, Query(ge=0, le=599)] = 0,
) -> Response:
    """The telephone; what was said alone for a script."""
    account = demo_account(request, resources)
    person = _person(who)
    said = await session.run_sync(
        read_telephone, Vault(resources.settings.secret), CHANNEL_NAME, account.oa_id, person
    )
    context = {
        "reference": reference,
        "now": now,
        "said": said,
        "who": who if who in PEOPLE else "1",
        "people": PEOPLE,
        "refused": refused,
    }
    return page(request, "dev/zalo.html", context, part="dev/_zalo_said.html")


@router.post("", max_body_size=MAX_BYTES + FORM_BYTES)
async def write(
    request: Request, resources: ResourcesDep, reference: ReferenceDep, now: NowDep, form: FormDep
) -> Response:
    """Send what was typed, a photo, a place or a sticker to `/hooks/zalo`, as Zalo would."""
    account = demo_account(request, resources)
    status = 200
    for name, message in await _messages(resources, account, form, reference.config.middle):
        body = _event(account, name, message, _person(form.text("who")), now)
        status = await _post(request, account, body, now)
    query = {"who": form.text("who"), **({"refused": status} if status != 200 else {})}
    return RedirectResponse(f"/dev/zalo?{urlencode(query)}#say", status_code=303)


@router.get("/media/{name}")
async def media(request: Request, resources: ResourcesDep, name: str) -> Response:
    """A photo that was sent from the telephone, at an address as those of Zalo's own hosts."""
    demo_account(request, resources)
    try:
        stored = await resources.storage.open(_media_key(name))
    except (FileNotFoundError, ValueError, StorageUnavailable):
        raise NotFound(N_("Không có ảnh này.")) from None
    return Response(b"".join([piece async for piece in stored.chunks]), media_type="application/octet-stream")


def demo_account(request: Request, resources: Resources) -> ZaloAccount:
    """Return the demo's account. Raises NotFound elsewhere than in the demo at this very machine."""
    account = zalo_account(resources.settings)
    if account is None or not account.demo or not may_demo(request, resources):
        raise NotFound(N_("Không có trang hoặc mục này. Hãy xem lại địa chỉ."))
    return account


def _person(who: str) -> str:
    return f"{PERSON}{who if who in PEOPLE else '1'}"


def _media_key(name: str) -> str:
    return f"original/dev-zalo/{name}.jpg"


async def _messages(
    resources: Resources, account: ZaloAccount, form: SentForm, middle: tuple[float, float]
) -> list[tuple[str, Mapping[str, object]]]:
    """Return the events that the form makes: their names and messages."""
    found: list[tuple[str, Mapping[str, object]]] = []
    for file in form.files("photo")[:3]:
        name = uuid4().hex
        resources.storage.put(_media_key(name), await file.read())
        url = f"{account.api_url.removesuffix('/api')}/media/{name}"
        parts = [{"type": "image", "payload": {"url": url, "thumbnail": url}}]
        found.append(("user_send_image", {"attachments": parts}))
    if text := form.text("text"):
        found.append(("user_send_text", {"text": text}))
    if form.text("act") == "place":
        lon, lat = form.text("lon") or str(middle[0]), form.text("lat") or str(middle[1])
        coordinates = {"coordinates": {"latitude": lat, "longitude": lon}}
        found.append(("user_send_location", {"attachments": [{"type": "location", "payload": coordinates}]}))
    if form.text("act") == "sticker":
        found.append(("user_send_sticker", {"attachments": [{"type": "sticker", "payload": {"id": "1"}}]}))
    return found


def _event(
    account: ZaloAccount, name: str, message: Mapping[str, object], person: str, now: datetime
) -> bytes:
    event = {
        "app_id": account.app_id,
        "sender": {"id": person},
        "user_id_by_app": person,
        "recipient": {"id": account.oa_id},
        "event_name": name,
        "message": {**message, "msg_id": uuid4().hex},
        "timestamp": str(int(now.timestamp() * 1000)),
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


async def _post(request: Request, account: ZaloAccount, body: bytes, now: datetime) -> int:
    """Return what the hook answered."""
    timestamp = str(int(now.timestamp() * 1000))
    mac = signature(account.app_id, body, timestamp, account.oa_secret)
    transport = httpx.ASGITransport(app=request.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        headers = {"x-zevent-signature": f"mac={mac}", "content-type": "application/json"}
        return (await client.post("/hooks/zalo", content=body, headers=headers)).status_code
