"""A workbook out of a form: the one file that a caller sends."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import UploadFile

from service.errors import UnsupportedMedia, invalid
from service.i18n import N_
from service.web.dependencies import Resources
from service.web.forms import is_multipart, read_form
from service.web.rates import allow


async def read_sent_import(request: Request, resources: Resources, most: int) -> tuple[str, bytes]:
    """Return name and content of the form's `file`, of a larger one the first byte beyond `most` too.

    Raises TooMany beyond the limit of imports, UnsupportedMedia for a body that is no form, Invalid where no
    file is in it.
    """
    await allow(request, resources, "import")
    if not is_multipart(request.headers):
        raise UnsupportedMedia(N_("Chỉ nhận tệp Excel (.xlsx)."))
    file = (await read_form(request, max_files=1, max_fields=5)).get("file")
    if not isinstance(file, UploadFile):
        raise invalid(["file"], N_("Hãy chọn tệp XLSX."))
    return file.filename or "", await file.read(most + 1)
