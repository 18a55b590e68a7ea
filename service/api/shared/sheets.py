"""Lists that callers send: the one file of a form, and the rows of it that were left out."""

from __future__ import annotations

from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from service.domain.city.office_lists import ParsedRows
from service.errors import UnsupportedMedia, invalid
from service.i18n import N_, translate
from service.web.dependencies import Resources
from service.web.forms import is_multipart, read_form
from service.web.rates import allow

Item = TypeVar("Item")


class RefusedRow(BaseModel):
    """Row of a workbook that was left, counted as the workbook does, with why."""

    row: int
    why: str


async def read_sent_import(request: Request, resources: Resources, most: int) -> tuple[str, bytes]:
    """Return name and content of the form's `file`, of a larger one the first byte beyond `most` too.

    Raises TooMany beyond the limit of imports, UnsupportedMedia for a body that is no form, Invalid where no
    file is in it.
    """
    await allow(request, resources, "import")
    if not is_multipart(request.headers):
        raise UnsupportedMedia(N_("Hãy gửi tệp dưới dạng multipart/form-data."))
    file = (await read_form(request, max_files=1, max_fields=5)).get("file")
    if not isinstance(file, UploadFile):
        raise invalid(["file"], N_("Hãy chọn một tệp."))
    return file.filename or "", await file.read(most + 1)


def refused_rows(found: ParsedRows[Item]) -> list[RefusedRow]:
    """Return the rows of a list that were left out, each with why."""
    return [RefusedRow(row=row, why=translate(why).format(**params)) for row, why, params in found.refused]
