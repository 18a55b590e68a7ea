"""Columns of the rows that a city folder's entries become; a parent is named by its code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from service.domain.city.kind_search import OTHER
from service.domain.city.reference import ENGLISH_KINDS
from service.domain.configuration.cityfile.folder import Folder
from service.domain.configuration.cityfile.parse import Item
from service.domain.configuration.cityfile.resolve import Resolver, ancestry
from service.domain.configuration.cityfile.schema.areas import LandmarkListPart, StreetPart, UnitPart
from service.domain.configuration.cityfile.schema.base import NameByLanguage
from service.domain.configuration.cityfile.schema.categories import CategoryPart, Duplicates
from service.domain.configuration.cityfile.schema.departments import DepartmentPart
from service.domain.configuration.cityload.ledger import Columns
from service.domain.kernel.texts import fold
from service.i18n import LANGUAGES, N_, translate


def department_rows(folder: Folder) -> dict[str, Columns]:
    """Return the folder's departments, and a committee for each unit that has none among them."""
    listed = {item.value.code: _department(item.value) for item in folder.departments if item.value}
    committees = Resolver(folder).committees
    units = {item.value.code: item.value for item in folder.units if item.value}
    own = {
        code: _committee(units[ward], folder.areas.committee)
        for ward, code in committees.items()
        if code not in listed
    }
    return listed | own


def _department(part: DepartmentPart) -> Columns:
    return {
        "name": part.name.spec(),
        "short_name": (part.short_name or part.name).spec(),
        "kind": part.kind,
        "parent": part.parent,
        "ward_code": part.ward,
        "phone": part.phone,
        "email": part.email,
        "active": True,
    }


def _committee(unit: UnitPart, named: NameByLanguage) -> Columns:
    def filled(language: str, text: str) -> str:
        kind = ENGLISH_KINDS.get(unit.kind.casefold(), unit.kind) if language == "en" else unit.kind
        return text.replace("{kind}", kind).replace("{name}", unit.name)

    name = {language: filled(language, text) for language, text in named.spec().items()}
    return {
        "name": name,
        "short_name": name,
        "kind": "ward",
        "parent": None,
        "ward_code": unit.code,
        "phone": None,
        "email": None,
        "active": True,
    }


def category_rows(folder: Folder) -> dict[str, Columns]:
    """Return the folder's categories with what each takes over from those above it;
    `other`, if it names none.
    """
    known = Resolver(folder).categories
    parents = {code: part.parent for code, part in known.items()}
    made = {
        code: _category(part, position, [known[step] for step in ancestry(code, parents)])
        for position, (code, part) in enumerate(known.items())
    }
    return made if OTHER in made else {**made, OTHER: {**OTHER_COLUMNS, "position": len(made)}}


def _in_both(sentence: str) -> dict[str, str]:
    return {language: translate(sentence, language) for language in LANGUAGES}


OTHER_COLUMNS: Columns = {
    "parent": None,
    "name": _in_both(N_("Việc khác")),
    "description": _in_both(
        N_("Không có trong danh sách: viết bằng lời của bạn, điều phối viên sẽ chuyển đúng nơi.")
    ),
    "icon": "other",
    "keywords": [],
    "questions": [],
    "duplicates": {"radius_m": 20, "window_hours": 72, "action": "ignore"},
    "inspection_radius_m": 100,
    "evidence_required": False,
    "publication": "after_triage",
    "active": True,
}
"""The category for what no other one names, of a city whose folder does not say it itself."""


def _category(part: CategoryPart, position: int, line: list[CategoryPart]) -> Columns:
    def inherited(key: str) -> Any:
        return next(value for each in line if (value := getattr(each, key)) is not None)

    duplicates: Duplicates = inherited("duplicates")
    return {
        "parent": part.parent,
        "name": part.name.spec(),
        "description": part.description.spec() if part.description else {},
        "icon": inherited("icon"),
        "keywords": list(part.keywords),
        "questions": [question.spec(number) for number, question in enumerate(part.questions, start=1)],
        "duplicates": duplicates.model_dump(),
        "inspection_radius_m": inherited("inspection_radius_m"),
        "evidence_required": inherited("evidence_required"),
        "publication": inherited("publication"),
        "position": position,
        "active": True,
    }


def policy_rows(folder: Folder) -> dict[str, Columns]:
    """Name and spec of each deadline policy."""
    parts = (item.value for item in folder.policies)
    return {part.code: {"name": part.name.spec(), "spec": part.spec()} for part in parts if part}


def template_rows(folder: Folder) -> dict[str, Columns]:
    """Return the words to begin with, in the folder's order."""
    parts = (item.value for item in folder.templates)
    return {part.code: part.columns(position) for position, part in enumerate(parts) if part}


def rule_rows(folder: Folder) -> dict[str, Columns]:
    """Name and spec of each rule, by its number."""
    resolver = Resolver(folder)
    parts = (item.value for item in folder.rules)
    return {
        str(part.number): {"name": part.name.spec(), "spec": resolver.rule(part).spec()}
        for part in parts
        if part
    }


def former_unit_rows(folder: Folder) -> dict[str, Columns]:
    """Return the units that are no more; `search` is the bare name, folded."""
    parts = (item.value for item in folder.former_units)
    return {
        part.code: {
            "name": f"{part.kind[0].upper()}{part.kind[1:]} {part.name}",
            "district": part.district,
            "search": fold(part.name),
            "area_code": part.unit,
            "lon": part.lon,
            "lat": part.lat,
        }
        for part in parts
        if part
    }


def calendar_day_rows(folder: Folder) -> dict[str, Columns]:
    """Return public holidays, swapped working days and the days the city decided itself, by date."""
    if folder.city is None:
        return {}
    off, work = folder.city.calendar.days()
    return {
        day.isoformat(): {"day": day, "kind": kind, "name": name}
        for kind, days in (("off", off), ("work", work))
        for day, name in days.items()
    }


def city(folder: Folder) -> Mapping[str, object]:
    """Return the city's own row. Raises ValueError for a folder whose city.yaml is not right."""
    if folder.city is None:
        raise ValueError("the folder has no city")
    return {
        "code": folder.city.code,
        "name": folder.city.name.spec(),
        "timezone": folder.city.timezone,
        "code_prefix": folder.city.tracking_prefix,
        "config": folder.city.config()
        | {"streets": _listed(folder.streets), "landmarks": _listed(folder.landmarks)}
        | {"penalties": _penalties(folder)}
        | {"area_groups": _area_groups(folder)},
    }


def _area_groups(folder: Folder) -> list[dict[str, object]]:
    parts = [item.value for item in folder.groups if item.value]
    return [{"code": each.code, "name": each.name.spec(), "wards": sorted(set(each.units))} for each in parts]


def _penalties(folder: Folder) -> list[dict[str, object]]:
    return [item.value.config() for item in folder.penalties if item.value]


def _listed(items: Iterable[Item[StreetPart]] | Iterable[Item[LandmarkListPart]]) -> list[list[object]]:
    return [item.value.spec() for item in items if item.value]
