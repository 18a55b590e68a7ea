"""Choice of a place without scripts: a picture of the map to click into, a name to look for, or
just the ward.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from geo.locator import Locator
from geo.picture import MapView
from service.domain.city.ground import names_in, paths_in
from service.domain.city.outlines import former_units, wards_in
from service.domain.city.reference import Reference
from service.domain.city.search.places import NamedPlace, find_places
from service.domain.reports.drafts import check_place
from service.pages.shared.map_picture import (
    FORMER_FROM,
    LEAST_ZOOM,
    MOST_ZOOM,
    SMALL,
    WIDE,
    DrawnGround,
    draw_map,
    picture_reply,
)
from service.web.dependencies import ReferenceDep, SessionDep

router = APIRouter()

FIRST_ZOOM, CLICKED_TO = 11, 16
SURE_PIXELS = 12
"""How near a thumb or a mouse hits, for the accuracy that the report tells."""

MOVES = {"north": (0.5, 0.25), "south": (0.5, 0.75), "west": (0.25, 0.5), "east": (0.75, 0.5)}
_MAX_AGE_S = 3600


@dataclass(frozen=True, slots=True)
class PickedPlace:
    """Position of the cross on the map."""

    lon: float
    lat: float
    zoom: int

    @property
    def accuracy_m(self) -> int:
        """Return how sure the place is."""
        return max(5, round(SURE_PIXELS * self.picture(*SMALL).ground_metres_a_pixel))

    def picture(self, width: int, height: int) -> MapView:
        """Return the map around it."""
        return MapView(self.lon, self.lat, self.zoom, width, height)

    def query(self) -> str:
        """Return the place as parameters of an address."""
        return f"lon={self.lon:.6f}&lat={self.lat:.6f}&z={self.zoom}"


def picked_place(reference: Reference, params: Mapping[str, str]) -> PickedPlace:
    """Return where the cross is after what was pressed or clicked; the city's middle at first."""
    centre_lon, centre_lat = reference.config.middle
    zoom = max(LEAST_ZOOM, min(MOST_ZOOM, round(_number(params, "z", FIRST_ZOOM))))
    lon, lat = _number(params, "lon", centre_lon), _number(params, "lat", centre_lat)
    west, south, east, north = reference.config.bbox
    spot = _near(PickedPlace(lon, lat, zoom), west, south, east, north)
    if params.get("zoom") in ("in", "out"):
        step = 1 if params["zoom"] == "in" else -1
        spot = PickedPlace(spot.lon, spot.lat, max(LEAST_ZOOM, min(MOST_ZOOM, zoom + step)))
    spot = _clicked(spot, params)
    if part := MOVES.get(params.get("move", "")):
        moved = spot.picture(*SMALL).around(part[0] * SMALL[0], part[1] * SMALL[1])
        spot = PickedPlace(moved.lon, moved.lat, spot.zoom)
    return _near(spot, west, south, east, north)


class PlaceStep(TypedDict):
    """Names under which the templates of the place find their parts; `spot_problem` is a msgid. `outlook` is
    there once a place was chosen, None where it lies outside the city.
    """

    spot: PickedPlace
    spot_given: bool
    spot_ward: str
    spot_problem: str | None
    looked_for: str
    places: list[tuple[NamedPlace, int]]
    small: tuple[int, int]
    wide: tuple[int, int]
    least_zoom: int
    most_zoom: int
    outlook: NotRequired[dict[str, object] | None]


async def draw_where(
    session: AsyncSession, reference: Reference, locator: Locator, params: Mapping[str, str]
) -> PlaceStep:
    """Return what the page of this step shows."""
    spot = picked_place(reference, params)
    problem = check_place(reference, spot.lon, spot.lat)
    found = None if problem else locator.locate(spot.lon, spot.lat)
    ward = reference.wards.get(found.area_id) if found else None
    words = params.get("q", "")[:100]
    places = await session.run_sync(lambda s: find_places(s, reference, locator, words))
    return {
        "spot": spot,
        "spot_given": not math.isnan(_number(params, "lon", math.nan) + _number(params, "lat", math.nan)),
        "spot_ward": ward.said_name if ward else "",
        "spot_problem": problem,
        "looked_for": words,
        "places": [(place, zoom_for(place)) for place in places],
        "small": SMALL,
        "wide": WIDE,
        "least_zoom": LEAST_ZOOM,
        "most_zoom": MOST_ZOOM,
    }


def zoom_for(place: NamedPlace) -> int:
    """Return the zoom so near that all of the place is in the picture."""
    whole = MapView(place.lon, place.lat, 0, *SMALL).ground_metres_a_pixel * SMALL[0] / (2 * place.radius_m)
    return max(LEAST_ZOOM, min(CLICKED_TO, math.floor(math.log2(whole))))


@router.get("/report/map.svg")
async def picture(request: Request, session: SessionDep, reference: ReferenceDep) -> Response:
    """The map around a place with a cross in its middle."""
    spot = picked_place(reference, request.query_params)
    shown = spot.picture(*(WIDE if request.query_params.get("size") == "wide" else SMALL))

    wards = await session.run_sync(wards_in, shown.box, shown.metres_a_pixel)
    names = await session.run_sync(former_units, shown) if spot.zoom >= FORMER_FROM else ()
    ground = DrawnGround()
    if reference.has_streets:
        ground = DrawnGround(await session.run_sync(paths_in, shown), await session.run_sync(names_in, shown))
    return picture_reply(request, draw_map(shown, wards, names, ground), _MAX_AGE_S)


def _clicked(spot: PickedPlace, params: Mapping[str, str]) -> PickedPlace:
    """Return the place that a click chose, and nearer while the streets are not to be told apart.

    Who presses Enter on the picture sends its corner: that is no click.
    """
    for name, (width, height) in (("at", SMALL), ("wide", WIDE)):
        x, y = _number(params, f"{name}.x", 0), _number(params, f"{name}.y", 0)
        if (x or y) and 0 <= x <= width and 0 <= y <= height:
            there = spot.picture(width, height).around(x, y)
            return PickedPlace(there.lon, there.lat, spot.zoom + 1 if spot.zoom < CLICKED_TO else spot.zoom)
    return spot


def _near(spot: PickedPlace, west: float, south: float, east: float, north: float) -> PickedPlace:
    """Return the place, held within reach of the city: nobody gets lost far outside it."""
    lon, lat = max(west - 0.2, min(east + 0.2, spot.lon)), max(south - 0.2, min(north + 0.2, spot.lat))
    return PickedPlace(round(lon, 6), round(lat, 6), spot.zoom)


def _number(params: Mapping[str, str], name: str, otherwise: float) -> float:
    try:
        number = float(params.get(name, ""))
    except ValueError:
        return otherwise
    return number if math.isfinite(number) else otherwise
