"""Catalogues of open data, made of the rows of the files in force."""

from __future__ import annotations

import json
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.domain.opendata.catalogue import data_package, dcat_catalogue
from service.domain.opendata.published_files import list_files
from service.web.any_site import ANY_SITE
from service.web.caching import made_for, reply
from service.web.dependencies import ReferenceDep, ResourcesDep, SessionDep

router = APIRouter(include_in_schema=False)

MAX_AGE_S = 60


@router.get("/open-data/datapackage.json")
async def package(
    request: Request, session: SessionDep, reference: ReferenceDep, resources: ResourcesDep
) -> Response:
    """The files as a Frictionless data package."""
    files = await session.run_sync(list_files)
    base = resources.settings.public_url.rstrip("/")
    return _json(request, data_package(reference, files, base), "application/json")


@router.get("/open-data/catalog.jsonld")
async def dcat(
    request: Request, session: SessionDep, reference: ReferenceDep, resources: ResourcesDep
) -> Response:
    """The files as DCAT-AP in JSON-LD."""
    files = await session.run_sync(list_files)
    base = resources.settings.public_url.rstrip("/")
    return _json(request, dcat_catalogue(reference, files, base), "application/ld+json")


def _json(request: Request, body: Mapping[str, object], media_type: str) -> Response:
    text = json.dumps(body, ensure_ascii=False, indent=1)
    answer = reply(request, made_for(request, text.encode()), media_type, max_age_s=MAX_AGE_S)
    answer.headers.update(ANY_SITE)
    return answer
