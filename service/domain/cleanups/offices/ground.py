"""Areas of premises and who answers for them: drawn as polygons, checked, told."""

from __future__ import annotations

from typing import Annotated, Literal

import shapely
from pydantic import Field, FiniteFloat
from shapely.geometry import MultiPolygon, mapping, shape
from sqlalchemy import update

from geo.columns import shape_of
from geo.shapes import multipolygon
from service.domain.people.colleagues import may_hold
from service.domain.people.staff import tidy_username
from service.domain.reports.drafts import StrictBody, check_place
from service.domain.works.actions import ActionContext
from service.errors import invalid
from service.i18n import N_
from service.models import City, Premises, Staff

MOST_CORNERS = 2000
METRES_A_DEGREE = 111_000
LARGEST_M2 = 5_000_000
Pair = Annotated[list[FiniteFloat], Field(min_length=2, max_length=3)]
Ring = Annotated[list[Pair], Field(min_length=4, max_length=MOST_CORNERS)]
Rings = Annotated[list[Ring], Field(min_length=1, max_length=50)]


class DrawnArea(StrictBody):
    """Area as GeoJSON, WGS 84."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: Rings | Annotated[list[Rings], Field(min_length=1, max_length=50)]


def read_area(ctx: ActionContext, shape_drawn: DrawnArea) -> MultiPolygon:
    """Return what was drawn as polygons without crossings. Raises Invalid."""
    try:
        given = shapely.force_2d(shape(shape_drawn.model_dump()))
        if given.is_empty:
            raise ValueError("an area of nothing")
        for lon, lat in (given.bounds[:2], given.bounds[2:]):
            if problem := check_place(ctx.reference, lon, lat):
                raise invalid(["area"], problem)
        found = shapely.make_valid(given)
    except (ValueError, TypeError, shapely.errors.ShapelyError):
        raise invalid(["area"], N_("Ranh giới trụ sở không phải là một vùng.")) from None
    area = multipolygon(found)
    if area.is_empty or shapely.get_num_coordinates(area) > MOST_CORNERS:
        raise invalid(["area"], N_("Ranh giới trụ sở không phải là một vùng."))
    if area.area * METRES_A_DEGREE**2 > LARGEST_M2:
        raise invalid(["area"], N_("Khuôn viên quá lớn: nhiều nhất 5 km²."))
    return area


def set_area(row: Premises, area: MultiPolygon | None) -> None:
    """Give premises an area, or take it away."""
    row.area = f"SRID=4326;{area.wkt}" if area is not None else None


def area_of(row: Premises) -> dict[str, object] | None:
    """Return the area as GeoJSON; None where none was drawn."""
    return dict(mapping(shape_of(row.area))) if row.area is not None else None


def find_head(ctx: ActionContext, department: int, username: str) -> int:
    """Return the account of who answers for premises. Raises Invalid for who cannot hold their cases."""
    name = tidy_username(username)
    people = may_hold(ctx.session, ctx.reference, department)
    found = next((each.id for each in people if each.username == name), None)
    if found is None:
        raise invalid(["head"], N_("Người phụ trách phải là cán bộ của đơn vị quản lý trụ sở."))
    return found


def head_username(ctx: ActionContext, row: Premises) -> str:
    """Return the user name of who answers for premises; empty for nobody."""
    found = ctx.session.get(Staff, row.head_id) if row.head_id is not None else None
    return found.username if found is not None else ""


def renew_ground(ctx: ActionContext) -> None:
    """Let every process read again what routing knows of premises: the city's revision grows."""
    ctx.session.execute(update(City).values(revision=City.revision + 1))
