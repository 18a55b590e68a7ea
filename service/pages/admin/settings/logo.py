"""The city's logo: uploaded, seen as it would stand on every page, put in force or taken away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.domain.configuration.settings import logo
from service.errors import AppError, invalid
from service.i18n import N_
from service.pages.admin.visit import AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.web.reading.logo_upload import LOGO_BYTES, read_logo_upload

router = APIRouter(prefix="/admin/settings/logo")

FORM_BYTES = 100_000
PATH = "/admin/settings/logo"
Digest = Annotated[str, Query(max_length=64)]


@router.get("")
async def show(visit: AdminVisitDep, look: Digest = "") -> Response:
    """The logo in force, those that are kept, and how the one that is looked at would stand on a page."""
    return await _draw(visit, look)


@router.post("", max_body_size=LOGO_BYTES + FORM_BYTES)
async def upload(sent: AdminFormDep) -> Response:
    """Take a file and show it; nothing is in force yet."""
    visit = sent.visit
    try:
        files = sent.form.files("file")
        if not files:
            raise invalid(["file"], N_("Hãy chọn tệp hình của biểu trưng."))
        picture = await read_logo_upload(files[0])
        stored = await visit.run(logo.store_logo, visit.stamp, picture)
    except AppError as error:
        return await _draw(visit, "", error)
    return redirect_to(f"{PATH}?look={stored.digest}")


@router.post("/put")
async def put(sent: AdminFormDep) -> Response:
    """Put a logo that was looked at in force; an empty one takes it away."""
    digest = sent.form.text("digest")
    try:
        await sent.visit.run(logo.put_logo, sent.visit.stamp, digest or None, sent.form.text("version"))
    except AppError as error:
        return await _draw(sent.visit, digest, error)
    return redirect_to(PATH, "saved" if digest else "removed")


async def _draw(visit: AdminVisit, look: str, error: AppError | None = None) -> Response:
    logos = await visit.run(logo.stored_logos)
    in_force = visit.reference.logo
    context = {
        "logos": logos,
        "in_force": in_force,
        "looked": next((each for each in logos if each.digest == look), None),
        "version": in_force.digest if in_force else "",
    }
    return visit.draw("admin/settings/logo.html", context, error=error)
