"""Reports up the line at the web edge: the draft at any time, and merging into the register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from anyio import to_thread

from service.db import async_unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.documents.signing import BY_HEAD, DocumentSigning
from service.domain.periodic import unit_answers
from service.i18n import language_in_use
from service.web.dependencies import Resources
from service.web.papers.documents import new_document
from service.web.papers.signed_files import store_draft
from service.web.viewer import Colleague

if TYPE_CHECKING:
    from service.documents.made import MadeDocument

Reading = Callable[..., unit_answers.MergedReport]


async def draft_upward(
    resources: Resources, reference: Reference, staff: Colleague, number: int, now: datetime
) -> tuple[bytes, str]:
    """Return (the document as things stand, its name). Raises NotFound, Forbidden."""
    made, _ = await _made(resources, reference, staff, number, now, unit_answers.gather_report)
    return made.body, made.file_name


async def merge_upward(
    resources: Resources,
    reference: Reference,
    staff: Colleague,
    number: int,
    now: datetime,
    signing: DocumentSigning = BY_HEAD,
) -> int:
    """Freeze the figures, write the document, enter it; its number in the register. What dies in between is
    taken up by the next try, with the figures as they were frozen. Raises as `freeze` and `finish_report`.
    """
    made, merged = await _made(resources, reference, staff, number, now, unit_answers.freeze_report, signing)
    key = await store_draft(resources.storage, made.body)
    new = new_document(made, merged.kind.issuer_id, key)
    async with async_unit_of_work(resources.engine) as session:
        return await session.run_sync(unit_answers.finish_report, staff.actor, merged, new, now)


async def _made(
    resources: Resources,
    reference: Reference,
    staff: Colleague,
    number: int,
    now: datetime,
    read: Reading,
    signing: DocumentSigning = BY_HEAD,
) -> tuple[MadeDocument, unit_answers.MergedReport]:
    from service.documents.upward import make_upward  # here: heavy

    today = now.astimezone(ZoneInfo(reference.timezone)).date()
    token = language_in_use.set("vi")
    try:
        async with async_unit_of_work(resources.engine) as session:
            merged = await session.run_sync(
                lambda sync: read(sync, reference, load_calendar(sync, reference), staff.actor, number, now)
            )
        made = await to_thread.run_sync(make_upward, reference, merged, today, signing)
    finally:
        language_in_use.reset(token)
    return made, merged
