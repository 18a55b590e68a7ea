"""The city's logo: uploaded, seen as it would stand on every page, put in force or taken away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.domain.configuration.settings import logo
from service.errors import AppError, invalid
from service.i18n import N_
from service.pages.admin.office import AdminPage, FilledDep, OfficeDep, to
from service.web.reading.logo_upload import LOGO_BYTES, read_logo_upload

router = APIRouter(prefix="/admin/settings/logo")

FORM_BYTES = 100_000
PATH = "/admin/settings/logo"
Digest = Annotated[str, Query(max_length=64)]


@router.get("")
async def show(office: OfficeDep, look: Digest = "") -> Response:
    """The logo in force, those that are kept, and how the one that is looked at would stand on a page."""
    return await _draw(office, look)


@router.post("", max_body_size=LOGO_BYTES + FORM_BYTES)
async def upload(sent: FilledDep) -> Response:
    """Take a file and show it; nothing is in force yet."""
    office = sent.office
    try:
        files = sent.form.files("file")
        if not files:
            raise invalid(["file"], N_("Hãy chọn tệp hình của biểu trưng."))
        picture = await read_logo_upload(files[0])
        kept = await office.run(logo.store_logo, office.stamp, picture)
    except AppError as error:
        return await _draw(office, "", error)
    return to(f"{PATH}?look={kept.digest}")


@router.post("/put")
async def put(sent: FilledDep) -> Response:
    """Put a logo that was looked at in force; an empty one takes it away."""
    digest = sent.form.text("digest")
    try:
        await sent.office.run(logo.put_logo, sent.office.stamp, digest or None, sent.form.text("version"))
    except AppError as error:
        return await _draw(sent.office, digest, error)
    return to(PATH, "saved" if digest else "removed")


async def _draw(office: AdminPage, look: str, error: AppError | None = None) -> Response:
    logos = await office.run(logo.stored_logos)
    in_force = office.reference.logo
    context = {
        "kept": logos,
        "in_force": in_force,
        "looked": next((each for each in logos if each.digest == look), None),
        "version": in_force.digest if in_force else "",
    }
    return office.draw("admin/settings/logo.html", context, error=error)
