"""The picture of a report's link: drawn here of what everybody may see, kept while that stays the same."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from fastapi.responses import Response

from service.db import async_unit_of_work
from service.domain.kernel.codes import tidy_code
from service.domain.queries.detail import report_view
from service.domain.queries.views import PhotoLinks, ReportView
from service.domain.reports.access import NOBODY
from service.errors import NotFound
from service.i18n import N_, language_in_use, pick, translate
from service.models import DONE
from service.pages.shared.cards import before_and_after
from service.pages.shared.visit import PageVisitDep
from service.pages.track.share_preview import state_words
from service.rendering.share_card import CardWords, draw_card
from service.storage import Storage, StorageUnavailable
from service.web.caching import reply

router = APIRouter()


@router.get("/r/{code}/card.jpg")
async def card(visit: PageVisitDep, code: str) -> Response:
    """Show the picture. What is hidden is asked at every request: its photos are on no card from then on.

    Raises NotFound for a report that is not public.
    """
    tidy = tidy_code(code, visit.reference.code_prefix)
    if tidy is None:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    async with async_unit_of_work(visit.resources.engine) as session:
        view = await session.run_sync(
            report_view, visit.reference, NOBODY, tidy, now=visit.now, public_url=""
        )
    title = pick(visit.reference.category_by_code[view.category].name)
    words = _words(view, title, pick(visit.reference.service_name))
    photos = _photos(view)
    colour = visit.reference.config.colour

    async def make() -> bytes:
        async with visit.resources.response_cache.light.turn():
            return await asyncio.to_thread(_draw, visit.resources.storage, words, photos, colour)

    key = ("card", tidy, language_in_use.get(), words, tuple(each.url for each in photos), colour)
    return reply(visit.request, await visit.resources.cards.get(key, 0, make), "image/jpeg", max_age_s=0)


def _words(view: ReportView, title: str, service: str) -> CardWords:
    place = f", {view.ward.name}" if view.ward else ""
    line = f"{state_words(view)} · {view.code}"
    return CardWords(f"{title}{place}", line, service, (translate(N_("Trước")), translate(N_("Sau"))))


def _photos(view: ReportView) -> list[PhotoLinks]:
    """Return before and after once the work is done, else the first photo."""
    if pair := before_and_after(view):
        return list(pair)
    kinds = ("evidence", "report") if view.status in DONE else ("report",)
    return [photo for photo in view.photos if photo.kind in kinds][:1]


def _draw(storage: Storage, words: CardWords, photos: list[PhotoLinks], colour: str) -> bytes:
    found = []
    for photo in photos:
        try:
            found.append(storage.get(f"public/{photo.url.removeprefix('/media/')}"))
        except (StorageUnavailable, FileNotFoundError):
            continue
    return draw_card(words, found, colour)
