"""Open data for people: the files with their sizes and dates, the licence, what each column holds."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.domain.opendata.catalogue import ABOUT, city_title, data_contact, data_publisher
from service.domain.opendata.columns import COLUMNS
from service.domain.opendata.formats import FORMATS, FileKind, licence_of
from service.domain.opendata.shelf import AT, list_files
from service.i18n import pick
from service.rendering.engine import page
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep

router = APIRouter()


@router.get("/open-data")
async def open_data(
    request: Request, session: SessionDep, reference: ReferenceDep, resources: ResourcesDep, now: NowDep
) -> Response:
    """The page, without scripts; it says so where the city publishes nothing."""
    config = reference.config.open_data
    files = await session.run_sync(list_files) if config else []
    coarse = [reference.category_by_code.get(code) for code in (config.coarse if config else ())]
    context = {
        "reference": reference,
        "now": now,
        "title": city_title(reference),
        "about": ABOUT,
        "rules": config,
        "licence": licence_of(reference),
        "publisher": data_publisher(reference),
        "contact": data_contact(reference),
        "coarse": [pick(view.name) for view in coarse if view],
        "files": [file for file in files if file.kind is not FileKind.CSV_YEAR],
        "years": [file for file in files if file.kind is FileKind.CSV_YEAR],
        "newest": max((file.made_at for file in files), default=None),
        "formats": FORMATS,
        "columns": COLUMNS,
        "hour": f"{AT:%H:%M}",
        "url": resources.settings.public_url.rstrip("/"),
    }
    return page(request, "opendata/index.html", context)
