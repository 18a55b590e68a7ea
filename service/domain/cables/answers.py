"""Routes as GeoJSON for programmes: promise, first promise, companies with their share."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from service.domain.cables.views import PromiseChange, RouteView
from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import Reference, department_brief


class SectionOut(BaseModel):
    """Part of one company in a route. `old_left_m` hangs although the company says that it is done."""

    model_config = ConfigDict(frozen=True)

    code: str
    company: UnitBrief | None
    what: str
    status: str
    metres: int
    metres_done: int
    old_removed_m: int
    old_left_m: int
    percent: int
    block: str
    due_at: str | None
    late: bool
    version: int


class PromiseOut(BaseModel):
    """A promise that moved."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    moved_from: str
    to: str
    reason: str
    at: str


class RouteOut(BaseModel):
    """Properties of a route; `moved` counts how often its promise moved."""

    model_config = ConfigDict(frozen=True)

    id: int
    street: str
    from_words: str
    to_words: str
    length_m: int
    quarter: str
    quarter_first: str
    moved: int
    state: str
    percent: int
    late: bool
    blocked: bool
    duct: str
    pole_owner: UnitBrief | None
    wards: list[str]
    version: int
    distance_m: float | None
    sections: list[SectionOut]
    promises: list[PromiseOut] | None = None


class RouteFeature(BaseModel):
    """A route as a GeoJSON feature; `geometry` is null until a line was drawn."""

    model_config = ConfigDict(frozen=True)

    type: str = "Feature"
    id: int
    geometry: dict[str, object] | None
    properties: RouteOut


class RouteFeatures(BaseModel):
    """Routes as GeoJSON."""

    model_config = ConfigDict(frozen=True)

    type: str = "FeatureCollection"
    features: list[RouteFeature]


def tell_route(
    reference: Reference, route: RouteView, promises: Sequence[PromiseChange] | None = None
) -> RouteFeature:
    """Return a route as a feature, with its moved promises where they were looked up."""
    units = reference.departments
    out = RouteOut(
        **{name: getattr(route, name) for name in _ROUTE},
        pole_owner=department_brief(units.get(route.pole_owner_id)) if route.pole_owner_id else None,
        wards=[reference.wards[each].code for each in route.ward_ids if each in reference.wards],
        distance_m=round(route.distance_m, 1) if route.distance_m is not None else None,
        sections=[
            SectionOut(
                **{name: getattr(each, name) for name in _SECTION},
                company=department_brief(units.get(each.company_id)),
                due_at=each.due_at.isoformat() if each.due_at else None,
            )
            for each in route.sections
        ],
        promises=[
            PromiseOut(moved_from=each.moved_from, to=each.to, reason=each.reason, at=each.at.isoformat())
            for each in promises
        ]
        if promises is not None
        else None,
    )
    geometry = dict(route.geometry) if route.geometry is not None else None
    return RouteFeature(id=route.id, geometry=geometry, properties=out)


_ROUTE = (
    "id",
    "street",
    "from_words",
    "to_words",
    "length_m",
    "quarter",
    "quarter_first",
    "moved",
    "state",
    "percent",
    "late",
    "blocked",
    "duct",
    "version",
)
_SECTION = (
    "code",
    "what",
    "status",
    "metres",
    "metres_done",
    "old_removed_m",
    "old_left_m",
    "percent",
    "block",
    "late",
    "version",
)
