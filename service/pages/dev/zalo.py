"""A telephone with Zalo, for the demo: it writes to our own hook as Zalo does, signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

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
from service.sending.zalo.account import CHANNEL_NAME, ZaloAccount, zalo_account
from service.sending.zalo.signing import signature
from service.web.dependencies import Resources, ResourcesDep, SessionDep
from service.web.uploads import FORM_BYTES

router = APIRouter(prefix="/dev/zalo")

PERSON = "246845883529197"


@router.get("")
async def telephone(
    visit: PageVisitDep,
    session: SessionDep,
    who: Annotated[str, Query(max_length=2)] = "1",
    refused: Annotated[int, Query(ge=0, le=599)] = 0,
) -> Response:
    """The telephone; what was said alone for a script."""
    account = demo_account(visit.request, visit.resources)
    return await show_telephone(
        visit,
        session,
        channel=CHANNEL_NAME,
        account=account.oa_id,
        person=_person(who),
        who=who,
        refused=refused,
    )


@router.post("", max_body_size=MAX_BYTES + FORM_BYTES)
async def write(visit: PageVisitDep, form: FormDep) -> Response:
    """Send what was typed, a photo, a place or a sticker to `/hooks/zalo`, as Zalo would."""
    account = demo_account(visit.request, visit.resources)
    status = 200
    for name, message in await _messages(visit.resources, account, form, visit.reference.config.middle):
        body = _event(account, name, message, _person(form.text("who")), visit.now)
        status = await _post(visit, account, body)
    return back_to_telephone(CHANNEL_NAME, form.text("who"), status)


@router.get("/media/{name}")
async def media(request: Request, resources: ResourcesDep, name: str) -> Response:
    """A photo that was sent from the telephone, at an address as those of Zalo's own hosts."""
    demo_account(request, resources)
    return await kept_photo(resources, CHANNEL_NAME, name)


def demo_account(request: Request, resources: Resources) -> ZaloAccount:
    """Return the demo's account. Raises NotFound elsewhere than in the demo at this very machine."""
    return of_demo(request, resources, zalo_account(resources.settings))


def _person(who: str) -> str:
    return f"{PERSON}{known_person(who)}"


async def _messages(
    resources: Resources, account: ZaloAccount, form: SentForm, middle: tuple[float, float]
) -> list[tuple[str, Mapping[str, object]]]:
    """Return the events that the form makes: their names and messages."""
    found: list[tuple[str, Mapping[str, object]]] = []
    for url in await keep_photos(resources, form, CHANNEL_NAME, account.api_url):
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


async def _post(visit: PageVisit, account: ZaloAccount, body: bytes) -> int:
    """Return what the hook answered."""
    timestamp = str(int(visit.now.timestamp() * 1000))
    mac = signature(account.app_id, body, timestamp, account.oa_secret)
    return await post_to_hook(visit.request, CHANNEL_NAME, body, {"x-zevent-signature": f"mac={mac}"})
