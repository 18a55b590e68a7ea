"""A telephone with Messenger, for the demo: it writes to our own hook as Facebook does, signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic_core import from_json

from service.domain.kernel.tokens import is_same, sign_shared
from service.imaging.refusal import MAX_BYTES
from service.pages.dev.telephone import (
    back_to_telephone,
    keep_photos,
    kept_photo,
    known_person,
    of_demo,
    post_to_hook,
    show_telephone,
)
from service.pages.shared.forms import FormDep, SentForm
from service.pages.shared.visit import PageVisit, PageVisitDep
from service.sending.facebook.page_account import CHANNEL_NAME, PageAccount, page_account
from service.web.dependencies import Resources, ResourcesDep, SessionDep
from service.web.uploads import FORM_BYTES

router = APIRouter(prefix="/dev/facebook")

PERSON = "7246845883529197"
MOST_BYTES = 32_000


@router.get("")
async def messenger(
    visit: PageVisitDep,
    session: SessionDep,
    who: Annotated[str, Query(max_length=2)] = "1",
    refused: Annotated[int, Query(ge=0, le=599)] = 0,
) -> Response:
    """The telephone; what was said alone for a script."""
    account = _demo_page(visit.request, visit.resources)
    return await show_telephone(
        visit,
        session,
        channel=CHANNEL_NAME,
        account=account.page_id,
        person=_person(who),
        who=who,
        refused=refused,
    )


@router.post("", max_body_size=MAX_BYTES + FORM_BYTES)
async def say(visit: PageVisitDep, form: FormDep) -> Response:
    """Send what was typed and a photo to `/hooks/facebook`, as Facebook would: signed, in one batch."""
    account = _demo_page(visit.request, visit.resources)
    person = _person(form.text("who"))
    events = [
        {
            "sender": {"id": person},
            "recipient": {"id": account.page_id},
            "timestamp": int(visit.now.timestamp() * 1000) + n,
            "message": {"mid": f"m_{uuid4().hex}", **message},
        }
        for n, message in enumerate(await _messages(visit.resources, account, form))
    ]
    status = await _post(visit, account, events) if events else 200
    return back_to_telephone(CHANNEL_NAME, form.text("who"), status)


@router.get("/media/{name}")
async def picture(request: Request, resources: ResourcesDep, name: str) -> Response:
    """A photo that was sent from the telephone, at an address as those of Facebook's own hosts."""
    _demo_page(request, resources)
    return await kept_photo(resources, CHANNEL_NAME, name)


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
        payload = from_json(await request.body())
        person, text = payload["recipient"]["id"], payload["message"]["text"]
    except (ValueError, KeyError, TypeError):
        return _error(100, "Invalid parameter")
    if not is_same(appsecret_proof, proof) or not text or len(text) > 2000:
        return _error(100, "Invalid parameter")
    return JSONResponse({"recipient_id": person, "message_id": f"m_{uuid4().hex}"})


def _error(code: int, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=400)


def _demo_page(request: Request, resources: Resources) -> PageAccount:
    """Return the demo's Page. Raises NotFound elsewhere than in the demo at this very machine."""
    return of_demo(request, resources, page_account(resources.settings))


def _person(who: str) -> str:
    return f"{PERSON}{known_person(who)}"


async def _messages(resources: Resources, account: PageAccount, form: SentForm) -> list[Mapping[str, object]]:
    photos = await keep_photos(resources, form, CHANNEL_NAME, account.api_url)
    found: list[Mapping[str, object]] = [
        {"attachments": [{"type": "image", "payload": {"url": url}}]} for url in photos
    ]
    if text := form.text("text"):
        found.append({"text": text})
    if form.text("act") == "thumb":
        found.append({"sticker_id": 369239263222822, "attachments": [{"type": "image", "payload": {}}]})
    return found


async def _post(visit: PageVisit, account: PageAccount, events: list[dict[str, object]]) -> int:
    """Return what the hook answered. Letters with marks are escaped, as Facebook sends and signs them."""
    entry = {"id": account.page_id, "time": int(visit.now.timestamp() * 1000), "messaging": events}
    body = json.dumps({"object": "page", "entry": [entry]}, separators=(",", ":")).encode()
    mac = sign_shared(account.app_secret.encode(), body).hex()
    return await post_to_hook(visit.request, CHANNEL_NAME, body, {"x-hub-signature-256": f"sha256={mac}"})
