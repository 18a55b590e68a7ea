"""Reference data: categories with their questions, departments, wards and which of them a place lies in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, FiniteFloat

from service.api.shared.answers import Responses, refusals
from service.api.shared.query import StrictQuery
from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.queries import catalogue
from service.i18n import language_in_use
from service.web.caching import reply
from service.web.dependencies import ReferenceDep, Resources, ResourcesDep, SessionDep

router = APIRouter(tags=["reference data"])

MAX_AGE_S = 60
SPOKEN = "Accept-Language, Cookie"
GEOJSON = "application/geo+json"
UNCHANGED: Responses = {304: {"description": "The client's copy is current (`If-None-Match`)"}}


class CategoryList(BaseModel):
    """The roots of the tree of categories."""

    items: list[catalogue.CategoryOut]
    next: None = None


class DepartmentList(BaseModel):
    """The active departments."""

    items: list[catalogue.DepartmentOut]
    next: None = None


class WardQuery(StrictQuery):
    """A place."""

    lon: FiniteFloat
    lat: FiniteFloat


Make = Callable[[Reference], BaseModel]


@router.get("/categories", response_model=CategoryList, responses={**UNCHANGED, **refusals(422)})
async def categories(
    request: Request,
    _query: Annotated[StrictQuery, Query()],
    resources: ResourcesDep,
    reference: ReferenceDep,
) -> Response:
    """Return what can be reported: the tree, each category with all its questions."""
    return await _answer_in_language(request, resources, reference, _categories)


@router.get("/departments", response_model=DepartmentList, responses={**UNCHANGED, **refusals(422)})
async def departments(
    request: Request,
    _query: Annotated[StrictQuery, Query()],
    resources: ResourcesDep,
    reference: ReferenceDep,
) -> Response:
    """Return who can hold a case: city departments, ward committees, companies."""
    return await _answer_in_language(request, resources, reference, _departments)


_COLLECTION: dict[str, object] = {
    "description": "A FeatureCollection; properties: code, name, full_name, kind, approximate, label",
    "content": {
        GEOJSON: {
            "schema": {
                "type": "object",
                "required": ["type", "features"],
                "properties": {
                    "type": {"const": "FeatureCollection"},
                    "features": {"type": "array", "items": {"type": "object"}},
                },
            }
        }
    },
}


@router.get("/wards", response_class=Response, responses={200: _COLLECTION, **UNCHANGED, **refusals(422)})
async def wards(
    request: Request,
    _query: Annotated[StrictQuery, Query()],
    resources: ResourcesDep,
    reference: ReferenceDep,
) -> Response:
    """The wards in force with their boundaries."""

    async def make() -> bytes:
        async with async_unit_of_work(resources.engine) as session:
            return await session.run_sync(catalogue.ward_features, reference)

    key = ("wards", language_in_use.get())
    cached = await resources.response_cache.get(key, reference.revision, make)
    return reply(request, cached, GEOJSON, max_age_s=MAX_AGE_S, vary=SPOKEN)


@router.get("/wards/at", responses=refusals(422))
async def ward_at(
    query: Annotated[WardQuery, Query()], session: SessionDep, resources: ResourcesDep
) -> catalogue.WardAt:
    """The ward that a place lies in, or the nearest within the city's tolerance."""
    book = await session.run_sync(resources.rulebook.get)
    return catalogue.ward_at(book.reference, book.locator, query.lon, query.lat)


async def _answer_in_language(
    request: Request, resources: Resources, reference: Reference, make: Make
) -> Response:
    """Return a list whose names are in the reader's language."""

    async def body() -> bytes:
        return make(reference).model_dump_json().encode()

    key = (make.__name__, language_in_use.get())
    cached = await resources.response_cache.get(key, reference.revision, body)
    return reply(request, cached, "application/json", max_age_s=MAX_AGE_S, vary=SPOKEN)


def _categories(reference: Reference) -> CategoryList:
    return CategoryList(items=catalogue.category_tree(reference))


def _departments(reference: Reference) -> DepartmentList:
    return DepartmentList(items=catalogue.department_list(reference))
