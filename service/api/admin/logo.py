"""The city's logo for programmes of administrators: read, put in force with its file, taken away."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from service.api.admin.dependencies import BookDep, EditStampDep
from service.api.shared.answers import refusals
from service.api.shared.files import FILE_BODY
from service.db import async_unit_of_work
from service.domain.city.logo import LogoView
from service.domain.configuration.settings.logo import put_logo, store_logo
from service.errors import UnsupportedMedia, invalid
from service.i18n import N_
from service.web.dependencies import ResourcesDep, SessionDep
from service.web.forms import is_multipart, read_form
from service.web.reading.logo_upload import LOGO_BYTES, read_logo_upload

router = APIRouter(prefix="/admin/logo", tags=["administration"])

_FORM_BYTES = 100_000


class LogoOut(BaseModel):
    """Logo in force: a PNG drawn anew from what was sent, its address and size; null for none."""

    url: str | None
    width: int | None
    height: int | None


@router.get("", responses=refusals(401, 403))
async def show_logo(book: BookDep, _stamp: EditStampDep) -> LogoOut:
    """Return the logo that stands beside the service's name."""
    return _out(book.reference.logo)


@router.put(
    "",
    responses=refusals(400, 401, 403, 409, 413, 415, 422, 503),
    openapi_extra=FILE_BODY,
    max_body_size=LOGO_BYTES + _FORM_BYTES,
)
async def change_logo(
    request: Request, resources: ResourcesDep, book: BookDep, stamp: EditStampDep
) -> LogoOut:
    """Draw a PNG, JPEG or WebP file anew, at most 480 × 120 pixels, and put it in force. SVG is refused."""
    if not is_multipart(request.headers):
        raise UnsupportedMedia(N_("Hãy gửi ảnh dưới dạng multipart/form-data."))
    file = (await read_form(request, max_files=1, max_fields=4)).get("file")
    if not isinstance(file, UploadFile):
        raise invalid(["file"], N_("Hãy chọn tệp hình của biểu trưng."))
    picture = await read_logo_upload(file)
    version = book.reference.logo.digest if book.reference.logo else ""
    async with async_unit_of_work(resources.engine) as session:
        logo = await session.run_sync(store_logo, stamp, picture)
        return _out(await session.run_sync(put_logo, stamp, logo.digest, version))


@router.delete("", status_code=204, responses=refusals(401, 403, 409))
async def remove_logo(session: SessionDep, book: BookDep, stamp: EditStampDep) -> None:
    """Take the logo away: a pin stands in its place."""
    await session.run_sync(put_logo, stamp, None, book.reference.logo.digest if book.reference.logo else "")


def _out(logo: LogoView | None) -> LogoOut:
    if logo is None:
        return LogoOut(url=None, width=None, height=None)
    return LogoOut(url=f"/logo/{logo.digest}.png", width=logo.width, height=logo.height)
