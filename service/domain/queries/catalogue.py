"""Reference data as the public reads it: the tree of categories, departments, the wards in force."""

from __future__ import annotations

import json
from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.geojson import feature
from geo.locator import Locator
from geo.shapes import label_point
from service.domain.city.questions import questions_of
from service.domain.city.reference import CategoryView, DepartmentView, Reference
from service.domain.queries.views import View
from service.domain.reports.drafts import check_place
from service.errors import invalid
from service.i18n import pick
from service.models import Area, QuestionSpec


class ChoiceOut(View):
    """Answer of a list; `danger`: whoever chooses it should call the hotline at once."""

    key: str
    name: str
    danger: bool


class QuestionOut(View):
    """Question, in the terms of Open311's service definitions."""

    code: str
    label: str
    description: str
    datatype: str
    required: bool
    order: int
    values: list[ChoiceOut]


class CategoryOut(View):
    """Category with all that is asked about it (its own questions and those of the categories above), and the
    categories below it. `duplicate_radius_m` is how near an open report is a suspected repetition.
    """

    code: str
    name: str
    description: str
    icon: str
    keywords: list[str]
    publication: str
    evidence_required: bool
    duplicate_radius_m: float
    questions: list[QuestionOut]
    children: list[CategoryOut]


class DepartmentOut(View):
    """Department that can hold a case. `ward` is the code of a ward committee's ward."""

    code: str
    name: str
    short_name: str
    kind: str
    parent: str | None
    ward: str | None


class WardAt(View):
    """The ward of a place. `distance_m` is how far outside its border the place lies, 0 inside; no ward and
    no distance where every ward is farther than the city's tolerance.
    """

    ward: WardOut | None
    inside: bool
    distance_m: float | None


class WardOut(View):
    """A ward without its boundary. `approximate`: the boundary is no official one."""

    code: str
    name: str
    full_name: str
    kind: str
    approximate: bool


def category_tree(reference: Reference) -> list[CategoryOut]:
    """Return the active categories, in the city's order and the language in use."""
    return _children(reference, None)


def department_list(reference: Reference) -> list[DepartmentOut]:
    """Return the active departments by code, in the language in use."""
    active = sorted((d for d in reference.departments.values() if d.active), key=lambda d: d.code)
    return [_department(reference, department) for department in active]


def ward_shapes(session: Session, reference: Reference) -> Iterator[tuple[WardOut, BaseGeometry]]:
    """Yield the wards in force by code, each with its boundary."""
    rows = session.execute(
        select(Area.id, func.ST_AsBinary(Area.geom).label("wkb"))
        .where(Area.valid_to.is_(None))
        .order_by(Area.code)
    )
    for row in rows:
        yield _ward(reference, row.id), shapely.from_wkb(bytes(row.wkb))


def ward_features(session: Session, reference: Reference) -> bytes:
    """Return the wards in force as a GeoJSON FeatureCollection; `label` is a place for the name."""
    features = []
    for ward, shape in ward_shapes(session, reference):
        label = label_point(shape)
        place = [round(label.lon, 6), round(label.lat, 6)] if label else None
        features.append(feature(shape, {**ward.model_dump(), "label": place}, ward.code))
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()


def ward_at(reference: Reference, locator: Locator, lon: float, lat: float) -> WardAt:
    """Return the ward of a place. Raises Invalid, as for a report there, when the place is no place in the
    city.
    """
    if message := check_place(reference, lon, lat):
        raise invalid(["query", "lon"], message)
    found = locator.locate(lon, lat)
    if found is None:
        return WardAt(ward=None, inside=False, distance_m=None)
    ward = _ward(reference, found.area_id)
    return WardAt(ward=ward, inside=found.inside, distance_m=round(found.distance_m, 1))


def _children(reference: Reference, parent_id: int | None) -> list[CategoryOut]:
    views = reference.categories.values()
    return [_category(reference, v) for v in views if v.parent_id == parent_id and v.active]


def _category(reference: Reference, view: CategoryView) -> CategoryOut:
    return CategoryOut(
        code=view.code,
        name=pick(view.name),
        description=pick(view.description),
        icon=view.icon,
        keywords=list(view.keywords),
        publication=view.publication,
        evidence_required=view.evidence_required,
        duplicate_radius_m=view.duplicate_radius_m,
        questions=[
            _question(question, number)
            for number, question in enumerate(questions_of(reference, view), start=1)
        ],
        children=_children(reference, view.id),
    )


def _question(question: QuestionSpec, number: int) -> QuestionOut:
    return QuestionOut(
        code=question["code"],
        label=pick(question["label"]),
        description=pick(question.get("description") or {}),
        datatype=question["datatype"],
        required=bool(question.get("required")),
        order=number,
        values=[
            ChoiceOut(key=choice["key"], name=pick(choice["name"]), danger=bool(choice.get("danger")))
            for choice in question.get("values") or ()
        ],
    )


def _department(reference: Reference, view: DepartmentView) -> DepartmentOut:
    parent = reference.departments.get(view.parent_id or 0)
    return DepartmentOut(
        code=view.code,
        name=pick(view.name),
        short_name=pick(view.short_name),
        kind=view.kind,
        parent=parent.code if parent else None,
        ward=view.ward_code,
    )


def _ward(reference: Reference, ward_id: int) -> WardOut:
    view = reference.wards[ward_id]
    return WardOut(
        code=view.code,
        name=view.name,
        full_name=view.said_name,
        kind=view.unit_kind,
        approximate=view.approximate,
    )
