"""No dead settings: every field that a city may write is read by code that acts on it."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

from service.domain.configuration.cityfile import schema
from service.domain.configuration.cityfile.schema import (
    areas,
    base,
    categories,
    city,
    decency,
    departments,
    policies,
    rules,
    signin,
    templates,
)
from service.settings import Settings
from tests.tools.modules import parsed

SERVICE = Path(inspect.getfile(schema)).parents[4]
WRITERS = (
    "domain/configuration/cityfile",
    "domain/configuration/cityload",
    "domain/configuration/administration",
    "pages/admin",
    "api/admin",
    "templates/admin",
    "i18n/__init__.py",
    "models",
    "migrations",
    "islands/node_modules",
)
"""What writes, checks, stores and shows settings: reading one there makes nothing happen."""

SPELLED_OTHERWISE = {
    "CityPart.calendar": "load_calendar",
    "CityPart.periods": "reopen_days",
    "CityPart.tracking_prefix": "code_prefix",
    "CalendarPart.holidays": "CalendarDay",
    "CalendarPart.days_off": "CalendarDay",
    "CalendarPart.working_days": "CalendarDay",
    "SpecialDay.date": "CalendarDay",
    "CategoryPart.evidence": "evidence_required",
    "CategoryPart.inspection": "inspection_radius_m",
}
"""Fields that are stored under another name, or as rows."""


@cache
def words() -> frozenset[str]:
    """Every name, attribute and string of the code that acts, and every word of its templates."""
    found: set[str] = set()
    for path in SERVICE.rglob("*.py"):
        if not path.relative_to(SERVICE).as_posix().startswith(WRITERS):
            found |= set(_named(parsed(path)))
    for path in (SERVICE / "templates").rglob("*.html"):
        if not path.relative_to(SERVICE).as_posix().startswith(WRITERS):
            found |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return frozenset(found)


def _named(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id  # where a setting is declared, its name is stored
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg


def _fields() -> list[str]:
    modules = (areas, base, categories, city, decency, departments, policies, rules, signin, templates)
    return sorted(
        f"{name}.{field}"
        for module in modules
        for name, found in vars(module).items()
        if inspect.isclass(found) and issubclass(found, BaseModel) and found.__module__ == module.__name__
        for field in found.model_fields
    )


@pytest.mark.parametrize("field", _fields())
def test_a_setting_of_the_city_is_read(field: str) -> None:
    name = SPELLED_OTHERWISE.get(field, field.partition(".")[2])
    assert name in words(), f"{field} is written by a city and read by nobody"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_a_setting_of_the_installation_is_read(name: str) -> None:
    assert name in words() or any(
        re.search(rf"\b{name}\b", path.read_text(encoding="utf-8"))
        for path in (SERVICE.parent / "workers").rglob("*.py")
    )


def test_the_look_finds_a_dead_setting() -> None:
    assert "nobody_reads_this_setting" not in words() - {"nobody_reads_this_setting"}
    assert "hotline" in words()
