"""A scoring sheet on its way to points: read in the child, understood in a thread."""

from __future__ import annotations

from anyio import to_thread

from service.domain.emulation.sheets.old_results import OldResult, read_old_results
from service.domain.emulation.sheets.sheet import SheetRow, read_scores
from service.domain.plans.imports.blocks import Content
from service.errors import UnsupportedMedia
from service.i18n import N_
from service.planfile.reader import MAX_BYTES as FILE_BYTES
from service.web.reading.plan_file import read_upload

MAX_BYTES = FILE_BYTES


async def read_result_sheet(name: str, data: bytes) -> list[OldResult]:
    """Return the results of a workbook of earlier years; nothing is stored. Raises as `read_score_sheet`."""
    return await to_thread.run_sync(read_old_results, await _read_workbook(name, data))


async def _read_workbook(name: str, data: bytes) -> Content:
    if data and not data.startswith(b"PK"):
        raise UnsupportedMedia(N_("Chỉ nhận tệp Excel (.xlsx)."))
    return await read_upload(name or "scores.xlsx", data)


async def read_score_sheet(movement: int, name: str, data: bytes) -> list[SheetRow]:
    """Return the rows of a workbook; nothing is stored. Raises UnsupportedMedia, TooLarge, Invalid."""
    return await to_thread.run_sync(read_scores, movement, await _read_workbook(name, data))
