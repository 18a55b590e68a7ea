"""A carrier's workbook on its way to answers: read in the child, understood in a thread."""

from __future__ import annotations

from anyio import to_thread

from service.domain.city.reference import Reference
from service.domain.number_cases.sheet import ParsedAnswerSheet, read_sheet
from service.domain.number_cases.views import CarrierRequestView
from service.errors import UnsupportedMedia
from service.i18n import N_
from service.planfile.reader import MAX_BYTES as FILE_BYTES
from service.web.reading.plan_file import read_upload

MAX_BYTES = FILE_BYTES


async def read_answer_sheet(
    reference: Reference, view: CarrierRequestView, name: str, data: bytes
) -> ParsedAnswerSheet:
    """Return the answers of a workbook; nothing is stored. Raises UnsupportedMedia, TooLarge, Invalid."""
    if data and not data.startswith(b"PK"):
        raise UnsupportedMedia(N_("Chỉ nhận tệp Excel (.xlsx)."))
    content = await read_upload(name or "answers.xlsx", data)
    return await to_thread.run_sync(read_sheet, reference, view, content)
