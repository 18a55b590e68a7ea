"""Map files of premises: an area each, with its name, unit, buildings and who answers for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from pydantic import ValidationError

from service.domain.city.reference import Reference
from service.domain.cleanups.offices.ground import DrawnArea, read_area
from service.domain.cleanups.offices.premises import NewPremises, make_premises
from service.domain.kernel.texts import fold
from service.domain.works.actions import ActionContext
from service.errors import AppError, FieldError, Invalid, invalid
from service.i18n import N_

MOST_AREAS = 200
_COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("ten", "ten tru so", "tru so", "name"),
    "department": ("don vi quan ly", "don vi", "don_vi", "ma don vi", "department", "unit"),
    "buildings": ("nha", "cac nha", "toa nha", "buildings"),
    "head": ("nguoi phu trach", "phu trach", "tai khoan", "head"),
}
Areas = Sequence[tuple[Mapping[str, str], dict[str, object]]]


@dataclass(frozen=True, slots=True)
class PremisesImport:
    """Numbers of premises that a file made and changed."""

    new: int
    changed: int


def take_premises(ctx: ActionContext, found: Areas) -> PremisesImport:
    """Keep the premises of a file, all or none; the same file again changes nothing.

    Raises Forbidden for those of other units; Invalid names the feature by its number.
    """
    if len(found) > MOST_AREAS:
        raise Invalid(N_("Mỗi tệp nhiều nhất {most} trụ sở."), most=MOST_AREAS)
    units = units_by_name(ctx.reference)
    new = 0
    for at, (fields, area) in enumerate(found, 1):
        try:
            _, is_new = make_premises(ctx, _form(ctx, fields, area, units))
        except ValidationError as wrong:
            where = {str(each["loc"][0]) for each in wrong.errors() if each["loc"]}
            raise _refused(at, ", ".join(sorted(where))) from None
        except AppError as error:
            if error.status == 422:
                error.errors = tuple(
                    FieldError(("features", at, *each.loc), each.msg, each.params) for each in error.errors
                )
            raise
        new += is_new
    return PremisesImport(new, len(found) - new)


def units_by_name(reference: Reference) -> dict[str, str]:
    """Return codes of active units by folded names and codes."""
    active = [each for each in reference.departments.values() if each.active]
    return {fold(each.name["vi"]): each.code for each in active} | {fold(e.code): e.code for e in active}


def read_buildings(text: str, units: Mapping[str, str]) -> list[dict[str, object]]:
    """Return buildings out of lines “Nhà A: unit, unit”. Raises Invalid."""
    buildings: list[dict[str, object]] = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        name, colon, named = line.partition(":")
        codes = [each.strip() for each in named.replace(";", ",").split(",") if each.strip()]
        if not colon or not codes:
            raise invalid(["buildings"], N_("Mỗi dòng là một nhà: “Nhà A: đơn vị, đơn vị”."))
        buildings.append({"name": name.strip(), "units": [units.get(fold(e), e[:60]) for e in codes]})
    return buildings


def _form(
    ctx: ActionContext, fields: Mapping[str, str], area: dict[str, object], units: Mapping[str, str]
) -> NewPremises:
    inside = shapely.point_on_surface(read_area(ctx, DrawnArea.model_validate(area)))
    cells = {fold(name).replace("_", " "): text.strip() for name, text in fields.items()}
    row = {
        field: next((cells[name] for name in (n.replace("_", " ") for n in names) if cells.get(name)), "")
        for field, names in _COLUMNS.items()
    }
    department = units.get(fold(row["department"]), row["department"][:60])
    lines = row["buildings"].replace("|", "\n")
    buildings = read_buildings(lines, units) or [{"name": row["name"] or "–", "units": [department]}]
    body = {
        "name": row["name"],
        "department": department,
        "location": {"lon": inside.x, "lat": inside.y},
        "buildings": buildings,
        "area": area,
    }
    return NewPremises.model_validate({**body, **({"head": row["head"]} if row["head"] else {})})


def _refused(at: int, fields: str) -> Invalid:
    message = N_("Trụ sở thứ {at} của tệp thiếu hoặc sai: {fields}. Cần các cột tên, đơn vị.")
    return invalid(["file"], message, at=at, fields=fields)
