"""Huế's kinds of reports and its words of danger, read from its folder, without a database."""

from __future__ import annotations

from functools import cache
from typing import TypedDict

import yaml

from service.domain.city.config import Danger
from service.domain.city.reference import CategoryView
from tests.conftest import CITIES


class KindTold(TypedDict, total=False):
    """A kind as the folder tells it."""

    code: str
    parent: str | None
    name: dict[str, str]
    keywords: list[str] | None


@cache
def categories() -> tuple[CategoryView, ...]:
    """Return the kinds of Huế's folder; those below another come after it."""
    told: list[KindTold] = _read("categories.yaml")["categories"]
    paths: dict[str | None, tuple[str, ...]] = {}
    found = []
    for position, each in enumerate(told):
        path = paths[each["code"]] = (*paths.get(each.get("parent"), ()), each["code"])
        found.append(_view(each, path, position))
    return tuple(found)


@cache
def dangers() -> tuple[Danger, ...]:
    """Return the words of danger of Huế's folder."""
    return tuple(Danger.model_validate(each) for each in _read("city.yaml")["danger_words"])


def _read(name: str) -> dict[str, list[KindTold]]:
    text = (CITIES / "hue" / name).read_text(encoding="utf-8")
    found: dict[str, list[KindTold]] = yaml.load(text, yaml.CSafeLoader)
    return found


def _view(told: KindTold, path: tuple[str, ...], position: int) -> CategoryView:
    return CategoryView(
        id=position + 1,
        code=path[-1],
        parent_id=None,
        path=path,
        name=told["name"],
        description={},
        icon="",
        keywords=tuple(told.get("keywords") or ()),
        questions=(),
        duplicate_radius_m=1,
        duplicate_window_hours=1,
        duplicate_action="ignore",
        inspection_radius_m=1,
        evidence_required=False,
        publication="immediate",
        position=position,
        active=True,
    )
