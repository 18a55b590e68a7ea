"""A scoring sheet on its way to points: read in the child, understood in a thread."""

from __future__ import annotations

from anyio import to_thread

from service.domain.emulation.sheet import SheetRow, read_scores
from service.errors import UnsupportedMedia
from service.i18n import N_
from service.planfile.reading import MAX_BYTES as FILE_BYTES
from service.web.reading.plan_reading import read_upload

MAX_BYTES = FILE_BYTES


async def read_score_sheet(movement: int, name: str, data: bytes) -> list[SheetRow]:
    """Return the rows of a workbook; nothing is stored. Raises UnsupportedMedia, TooLarge, Invalid."""
    if data and not data.startswith(b"PK"):
        raise UnsupportedMedia(N_("Chỉ nhận tệp Excel (.xlsx)."))
    content = await read_upload(name or "scores.xlsx", data)
    return await to_thread.run_sync(read_scores, movement, content)
