"""Open data for people: the files with their sizes and dates, the licence, what each column holds."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.opendata.catalogue import data_contact, data_publisher
from service.domain.opendata.columns import COLUMNS
from service.domain.opendata.datasets import DATASETS, DatasetId
from service.domain.opendata.formats import FORMATS, FileKind, licence_of
from service.domain.opendata.published_files import AT, PublishedFile, list_files
from service.i18n import pick
from service.pages.shared.visit import PageVisitDep
from service.rendering.engine import page
from service.web.dependencies import SessionDep

router = APIRouter()


@router.get("/open-data")
async def open_data(visit: PageVisitDep, session: SessionDep) -> Response:
    """The page, without scripts; it says so where the city publishes nothing."""
    config = visit.reference.config.open_data
    files = await session.run_sync(list_files) if config else []
    coarse = [visit.reference.category_by_code.get(code) for code in (config.coarse if config else ())]
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "title": DATASETS[DatasetId.REPORTS].name(visit.reference),
        "about": DATASETS[DatasetId.REPORTS].about,
        "rules": config,
        "licence": licence_of(visit.reference),
        "publisher": data_publisher(visit.reference),
        "contact": data_contact(visit.reference),
        "coarse": [pick(view.name) for view in coarse if view],
        "files": _of(files, DatasetId.REPORTS),
        "beside": [
            (identity, each, own)
            for identity, each in DATASETS.items()
            if identity is not DatasetId.REPORTS and (own := _of(files, identity))
        ],
        "datasets": DATASETS,
        "years": [file for file in files if file.kind is FileKind.CSV_YEAR],
        "newest": max((file.made_at for file in files), default=None),
        "formats": FORMATS,
        "columns": COLUMNS,
        "hour": f"{AT:%H:%M}",
        "url": visit.resources.settings.public_url.rstrip("/"),
    }
    return page(visit.request, "opendata/index.html", context)


def _of(files: Sequence[PublishedFile], dataset: DatasetId) -> list[PublishedFile]:
    """Return the files of a data set but those of single years."""
    return [file for file in files if file.dataset is dataset and file.kind is not FileKind.CSV_YEAR]
