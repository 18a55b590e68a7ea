"""Places as people say them: streets, house numbers, landmarks, wards and former units."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from geo.points import Point, PointError, parse_pair
from service.api.shared.answers import refusals
from service.api.shared.query import StrictQuery
from service.domain.city.search.places import Kind, NamedPlace, find_places
from service.domain.kernel.texts import tidy
from service.domain.reports.drafts import PLACE_MESSAGES
from service.errors import invalid
from service.i18n import N_
from service.web.dependencies import ResourcesDep, SessionDep
from service.web.rates import allow

router = APIRouter(tags=["reference data"])


class PlaceQuery(StrictQuery):
    """Words, and where the asker is."""

    q: Annotated[str, Field(min_length=1, max_length=100, description="The words, with marks or without")]
    near: Annotated[str, Field(max_length=100)] | None = Field(
        None, description="`lon,lat`: of places that fit equally well the nearest come first"
    )
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class PlaceLocation(BaseModel):
    """Position in degrees (WGS 84)."""

    lon: float
    lat: float


class PlaceWard(BaseModel):
    """Ward in force that the place lies in."""

    code: str
    name: str


class FoundPlaceOut(BaseModel):
    """Place. `precision_m` is how far from `location` the place meant may be: of a street, half its length in
    the ward; of a known house number, a few steps.
    """

    name: str
    kind: Kind
    location: PlaceLocation
    precision_m: int
    ward: PlaceWard | None = Field(description="null for a street of which only the former district is known")


class PlaceList(BaseModel):
    """Places, the best first."""

    items: list[FoundPlaceOut]


@router.get("/places", responses=refusals(422, 429))
async def places(
    request: Request, query: Annotated[PlaceQuery, Query()], session: SessionDep, resources: ResourcesDep
) -> PlaceList:
    """Return what the words may mean, best first. A street is an item for each ward that it lies in."""
    await allow(request, resources, "places")
    words = tidy(query.q)
    if not words:
        raise invalid(["query", "q"], N_("Hãy gõ tên đường, địa điểm hoặc phường, xã."))
    near = _near(query.near) if query.near is not None else None
    book = await session.run_sync(resources.rulebook.get)
    found = await session.run_sync(
        lambda s: find_places(s, book.reference, book.locator, words, near=near, limit=query.limit)
    )
    return PlaceList(items=[_place_out(place) for place in found])


def _near(text: str) -> Point:
    try:
        return parse_pair(text)
    except PointError as error:
        raise invalid(["query", "near"], PLACE_MESSAGES[error.problem]) from None


def _place_out(place: NamedPlace) -> FoundPlaceOut:
    ward = PlaceWard(code=place.ward_code, name=place.ward_name) if place.ward_code else None
    return FoundPlaceOut(
        name=place.name,
        kind=place.kind,
        location=PlaceLocation(lon=round(place.lon, 6), lat=round(place.lat, 6)),
        precision_m=max(1, round(place.radius_m)),
        ward=ward,
    )
