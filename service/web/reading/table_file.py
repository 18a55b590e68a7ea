"""A list that somebody uploads on its way to rows: a workbook is read in the child, a CSV file here."""

from __future__ import annotations

from anyio import to_thread

from service.domain.kernel.formats.csv_text import UNREADABLE, read_csv_cells
from service.domain.plans.imports.blocks import GridTable
from service.domain.plans.imports.readers.packages import has_password
from service.errors import Invalid, TooLarge, invalid
from service.i18n import N_
from service.planfile.reader import MAX_BYTES as FILE_BYTES
from service.web.reading.plan_file import read_upload

MAX_BYTES = FILE_BYTES

Rows = list[list[str]]


async def read_tables(name: str, data: bytes) -> list[Rows]:
    """Return the cells of a file, sheet by sheet; nothing is stored. It goes by content, not by name.

    Raises UnsupportedMedia, TooLarge, Invalid.
    """
    if not data:
        raise invalid(["file"], N_("Hãy chọn một tệp Excel (.xlsx) hoặc CSV."))
    if len(data) > MAX_BYTES:
        raise TooLarge(N_("Tệp quá lớn. Tối đa 10 MB."))
    if has_password(data):
        raise invalid(["file"], N_("Tệp có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại."))
    if not data.startswith(b"PK"):
        return [await to_thread.run_sync(read_csv_cells, data)]
    try:
        content = await read_upload(name or "list.xlsx", data)
    except Invalid:  # in words about plans
        raise invalid(["file"], UNREADABLE) from None
    tables = (block for block in content.blocks if isinstance(block, GridTable))
    return [[[cell.text for cell in row] for row in table.rows] for table in tables]


async def read_first_table(name: str, data: bytes) -> Rows:
    """Return the cells of the first table of a file. Raises as `read_tables`."""
    for table in await read_tables(name, data):
        return table
    raise invalid(["file"], N_("Tệp không có bảng nào."))
