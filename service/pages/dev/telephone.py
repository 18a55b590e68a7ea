"""Telephones of the demo: what a channel's own page has in common with the others'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.talks.twin import read_telephone
from service.domain.talks.vault import Vault
from service.errors import NotFound
from service.i18n import N_
from service.pages.shared.forms import SentForm
from service.pages.shared.visit import PageVisit, not_here
from service.rendering.engine import page
from service.sending.chat_channel import ChatAccount
from service.storage import StorageUnavailable
from service.web.dependencies import Resources
from service.web.viewer import may_demo

Twin = TypeVar("Twin", bound=ChatAccount)

PEOPLE = {"1": "Lan", "2": "Minh", "3": "Hoa"}
MOST_PHOTOS = 3


def known_person(who: str) -> str:
    """Return whose telephone it is; the first one's where nobody is known by that."""
    return who if who in PEOPLE else "1"


def of_demo(request: Request, resources: Resources, account: Twin | None) -> Twin:
    """Return the demo's account. Raises NotFound elsewhere than in the demo at this very machine."""
    if account is None or not account.demo or not may_demo(request, resources):
        raise not_here()
    return account


async def show_telephone(
    visit: PageVisit,
    session: AsyncSession,
    *,
    channel: str,
    account: str,
    person: str,
    who: str,
    refused: int,
) -> Response:
    """Answer with the telephone; what was said alone for a script."""
    vault = Vault(visit.resources.settings.secret)
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "messages": await session.run_sync(read_telephone, vault, channel, account, person),
        "who": known_person(who),
        "people": PEOPLE,
        "refused": refused,
        "twin": f"/dev/{channel}",
        "islands": ["staff/live.ts"],
    }
    return page(visit.request, f"dev/{channel}.html", context, part="dev/_telephone_said.html")


def back_to_telephone(channel: str, who: str, status: int) -> Response:
    """Answer with the way back to the telephone, which says what the hook refused.

    Without a fragment: with one, browsers do not put the focus where the next message is typed.
    """
    query = {"who": who, **({"refused": status} if status != 200 else {})}
    return RedirectResponse(f"/dev/{channel}?{urlencode(query)}", status_code=303)


async def keep_photos(resources: Resources, form: SentForm, channel: str, api_url: str) -> list[str]:
    """Store the photos of a form; return their addresses, as those of the channel's own hosts."""
    found = []
    for file in form.files("photo")[:MOST_PHOTOS]:
        name = uuid4().hex
        resources.storage.put(_media_key(channel, name), await file.read())
        found.append(f"{api_url.removesuffix('/api')}/media/{name}")
    return found


async def kept_photo(resources: Resources, channel: str, name: str) -> Response:
    """Answer with a photo that was sent from a telephone. Raises NotFound."""
    try:
        stored = await resources.storage.open(_media_key(channel, name))
        data = b"".join([piece async for piece in stored.chunks])
    except (FileNotFoundError, ValueError, StorageUnavailable):
        raise NotFound(N_("Không có ảnh này.")) from None
    return Response(data, media_type="application/octet-stream")


async def post_to_hook(request: Request, channel: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post a signed body to our own hook; return what it answered."""
    transport = httpx.ASGITransport(app=request.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        sent = {**headers, "content-type": "application/json"}
        return (await client.post(f"/hooks/{channel}", content=body, headers=sent)).status_code


def _media_key(channel: str, name: str) -> str:
    return f"original/dev-{channel}/{name}.jpg"
