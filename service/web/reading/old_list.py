"""An office's old list of numbers on its way to rows: a workbook in the child, a CSV file here."""

from __future__ import annotations

from anyio import to_thread

from service.domain.number_cases.old_lists.sheet import cells_of_csv
from service.domain.plans.imports.blocks import GridTable
from service.errors import TooLarge, invalid
from service.i18n import N_
from service.planfile.reader import MAX_BYTES as FILE_BYTES
from service.web.reading.plan_file import read_upload

MAX_BYTES = FILE_BYTES


async def read_old_rows(name: str, data: bytes) -> list[list[str]]:
    """Return the cells of the first table of a file; nothing is stored. Raises UnsupportedMedia, TooLarge,
    Invalid.
    """
    if not data:
        raise invalid(["file"], N_("Hãy chọn một tệp Excel (.xlsx) hoặc CSV."))
    if len(data) > MAX_BYTES:
        raise TooLarge(N_("Tệp quá lớn. Tối đa 10 MB."))
    if not name.lower().endswith(".xlsx") and data[:2] != b"PK":
        return await to_thread.run_sync(cells_of_csv, data)
    content = await read_upload(name or "list.xlsx", data)
    for block in content.blocks:
        if isinstance(block, GridTable):
            return [[cell.text for cell in row] for row in block.rows]
    raise invalid(["file"], N_("Tệp không có bảng nào."))
