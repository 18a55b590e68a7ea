"""Checks that every kind of list shares: codes given twice, names unknown, trees without loops."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from pydantic import BaseModel

from service.domain.configuration.cityfile.folder import Folder
from service.domain.configuration.cityfile.parse import Item
from service.domain.configuration.cityfile.places import Mistake, did_you_mean
from service.domain.configuration.cityfile.schema.categories import CategoryPart
from service.domain.configuration.cityfile.schema.departments import DepartmentPart


def codes(items: Sequence[Item[BaseModel]]) -> set[str]:
    """Return every code of a list, also of entries that have mistakes."""
    return {item.code for item in items if item.code}


def check_twice(folder: Folder, items: Sequence[Item[BaseModel]], name: str = "code") -> Iterator[Mistake]:
    """Yield codes that an earlier entry has already."""
    seen: dict[str, Item[BaseModel]] = {}
    for item in items:
        if item.code is None:
            continue
        if first := seen.get(item.code):
            line, _ = folder.places[first.file].values.get(first.path, (0, 0))
            yield folder.at(item, name, message=f'{name} "{item.code}" is already used in line {line}')
        seen.setdefault(item.code, item)


def unknown_reference(kind: str, word: str, known: Collection[str]) -> str:
    """Return the sentence for a reference that leads nowhere."""
    return f'there is no {kind} "{word}"{did_you_mean(word, known)}'


def check_parents(
    folder: Folder, items: Sequence[Item[CategoryPart | DepartmentPart]], kind: str
) -> Iterator[Mistake]:
    """Yield parents that do not exist, and entries that are their own ancestor."""
    known = codes(items)
    parents = {item.code: item.value.parent for item in items if item.code and item.value}
    for item in items:
        if item.value is None or item.value.parent is None:
            continue
        if item.value.parent not in known:
            yield folder.at(item, "parent", message=unknown_reference(kind, item.value.parent, known))
        elif loop := _loop(item.value.code, parents):
            yield folder.at(item, "parent", message=f"the {kind} is its own ancestor: {' → '.join(loop)}")


def _loop(code: str, parents: Mapping[str, str | None]) -> list[str]:
    """Return the way from `code` back to itself; empty if there is none."""
    way: list[str] = [code]
    current = parents.get(code)
    while current is not None and current not in way:
        way.append(current)
        current = parents.get(current)
    return [*way, code] if current == code else []
