"""Small photos of clean-ups, for pages of campaigns: a few kilobytes, whatever the photo is of."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.db import async_unit_of_work
from service.domain.cleanups.access import find_cleanup
from service.domain.cleanups.public.views import view_public_cleanup
from service.domain.cleanups.views import newest_picture
from service.errors import NotFound
from service.i18n import N_
from service.rendering.small_photo import shrink_photo
from service.storage import Storage
from service.web.caching import reply
from service.web.dependencies import ReferenceDep, ResourcesDep

router = APIRouter()

NONE = N_("Không có ảnh này.")


@router.get("/cleanups/{code}/{kind}.webp")
async def small_picture(
    request: Request,
    code: str,
    kind: Literal["before", "after"],
    resources: ResourcesDep,
    reference: ReferenceDep,
) -> Response:
    """Return the newest photo of before or of afterwards, small. What is hidden is asked at every request.

    Raises NotFound for a clean-up that nobody may see, or one without such a photo.
    """
    async with async_unit_of_work(resources.engine) as session:
        found = await session.run_sync(find_cleanup, reference, code)
        view = await session.run_sync(view_public_cleanup, reference, found)
    picture = newest_picture(view, kind)
    if picture is None:
        raise NotFound(NONE)
    name = picture.thumbnail_key

    async def make() -> bytes:
        async with resources.response_cache.light.turn():
            return await asyncio.to_thread(_shrunk, resources.storage, name)

    return reply(request, await resources.cards.get(("small", name), 0, make), "image/webp", max_age_s=0)


def _shrunk(storage: Storage, name: str) -> bytes:
    try:
        return shrink_photo(storage.get(name))
    except (FileNotFoundError, ValueError) as error:
        raise NotFound(NONE) from error
