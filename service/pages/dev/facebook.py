"""A telephone with Messenger, for the demo: it writes to our own hook as Facebook does, signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic_core import from_json

from service.domain.kernel.tokens import is_same, sign_shared
from service.domain.talks.twin import read_telephone
from service.domain.talks.vault import Vault
from service.errors import NotFound
from service.i18n import N_
from service.imaging.refusal import MAX_BYTES
from service.pages.shared.forms import FormDep, SentForm
from service.rendering.engine import page
from service.sending.facebook.page_account import CHANNEL_NAME, PageAccount, page_account
from service.storage import StorageUnavailable
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, SessionDep
from service.web.uploads import FORM_BYTES
from service.web.viewer import may_demo

router = APIRouter(prefix="/dev/facebook")

PEOPLE = {"1": "Lan", "2": "Minh", "3": "Hoa"}
PERSON = "7246845883529197"
MOST_BYTES = 32_000


@router.get("")
async def messenger(
    request: Request,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
    who: Annotated[str, Query(max_length=2)] = "1",
    refused: Annotated[int, Query(ge=0, le=599)] = 0,
) -> Response:
    """The telephone; what was said alone for a script."""
    account = _demo_page(request, resources)
    vault = Vault(resources.settings.secret)
    context = {
        "reference": reference,
        "now": now,
        "said": await session.run_sync(read_telephone, vault, CHANNEL_NAME, account.page_id, _person(who)),
        "who": who if who in PEOPLE else "1",
        "people": PEOPLE,
        "refused": refused,
    }
    return page(request, "dev/facebook.html", context, part="dev/_facebook_said.html")


@router.post("", max_body_size=MAX_BYTES + FORM_BYTES)
async def say(request: Request, resources: ResourcesDep, now: NowDep, form: FormDep) -> Response:
    """Send what was typed and a photo to `/hooks/facebook`, as Facebook would: signed, in one batch."""
    account = _demo_page(request, resources)
    person = _person(form.text("who"))
    events = [
        {
            "sender": {"id": person},
            "recipient": {"id": account.page_id},
            "timestamp": int(now.timestamp() * 1000) + n,
            "message": {"mid": f"m_{uuid4().hex}", **message},
        }
        for n, message in enumerate(await _messages(resources, account, form))
    ]
    status = await _post(request, account, events, now) if events else 200
    query = {"who": form.text("who"), **({"refused": status} if status != 200 else {})}
    return RedirectResponse(f"/dev/facebook?{urlencode(query)}#say", status_code=303)


@router.get("/media/{name}")
async def picture(request: Request, resources: ResourcesDep, name: str) -> Response:
    """A photo that was sent from the telephone, at an address as those of Facebook's own hosts."""
    _demo_page(request, resources)
    try:
        stored = await resources.storage.open(_media_key(name))
        data = b"".join([piece async for piece in stored.chunks])
    except (FileNotFoundError, ValueError, StorageUnavailable):
        raise NotFound(N_("Không có ảnh này.")) from None
    return Response(data, media_type="application/octet-stream")


@router.post("/api/{page}/messages", max_body_size=MOST_BYTES)
async def graph(
    request: Request,
    resources: ResourcesDep,
    page: str,
    access_token: Annotated[str, Query(max_length=400)] = "",
    appsecret_proof: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """Answer as Facebook does to a message; the telephone shows what was sent."""
    account = _demo_page(request, resources)
    proof = sign_shared(account.app_secret.encode(), account.token.encode()).hex()
    if page != account.page_id or not is_same(access_token, account.token):
        return _error(190, "Invalid OAuth access token")
    try:
        told = from_json(await request.body())
        person, text = told["recipient"]["id"], told["message"]["text"]
    except (ValueError, KeyError, TypeError):
        return _error(100, "Invalid parameter")
    if not is_same(appsecret_proof, proof) or not text or len(text) > 2000:
        return _error(100, "Invalid parameter")
    return JSONResponse({"recipient_id": person, "message_id": f"m_{uuid4().hex}"})


def _error(code: int, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=400)


def _demo_page(request: Request, resources: Resources) -> PageAccount:
    """Return the demo's Page. Raises NotFound elsewhere than in the demo at this very machine."""
    account = page_account(resources.settings)
    if account is None or not account.demo or not may_demo(request, resources):
        raise NotFound(N_("Không có trang hoặc mục này. Hãy xem lại địa chỉ."))
    return account


def _person(who: str) -> str:
    return f"{PERSON}{who if who in PEOPLE else '1'}"


def _media_key(name: str) -> str:
    return f"original/dev-facebook/{name}.jpg"


async def _messages(resources: Resources, account: PageAccount, form: SentForm) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for file in form.files("photo")[:3]:
        name = uuid4().hex
        resources.storage.put(_media_key(name), await file.read())
        url = f"{account.api_url.removesuffix('/api')}/media/{name}"
        found.append({"attachments": [{"type": "image", "payload": {"url": url}}]})
    if text := form.text("text"):
        found.append({"text": text})
    if form.text("act") == "thumb":
        found.append({"sticker_id": 369239263222822, "attachments": [{"type": "image", "payload": {}}]})
    return found


async def _post(request: Request, account: PageAccount, events: list[dict[str, Any]], now: datetime) -> int:
    """Return what the hook answered. Letters with marks are escaped, as Facebook sends and signs them."""
    entry = {"id": account.page_id, "time": int(now.timestamp() * 1000), "messaging": events}
    body = json.dumps({"object": "page", "entry": [entry]}, separators=(",", ":")).encode()
    mac = sign_shared(account.app_secret.encode(), body).hex()
    headers = {"x-hub-signature-256": f"sha256={mac}", "content-type": "application/json"}
    transport = httpx.ASGITransport(app=request.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return (await client.post("/hooks/facebook", content=body, headers=headers)).status_code
