"""Resolution of a folder's entries against each other: groups as units, inherited values,
committees, whole rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from service.domain.configuration.cityfile.folder import Folder
from service.domain.configuration.cityfile.schema.categories import CategoryPart, QuestionPart
from service.domain.configuration.cityfile.schema.rules import RulePart
from service.domain.rules.review import Ground
from service.domain.rules.rules import Rule


def ancestry(code: str, parents: Mapping[str, str | None]) -> list[str]:
    """Return `code` and its ancestors, itself first; ends where a loop would begin."""
    way: list[str] = []
    current: str | None = code
    while current is not None and current not in way:
        way.append(current)
        current = parents.get(current)
    return way


class Resolver:
    """Answers about a folder whose references may still be wrong; `rule` and `ground` need right ones."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    @cached_property
    def categories(self) -> Mapping[str, CategoryPart]:
        """Return the categories without mistakes, by code."""
        return {item.value.code: item.value for item in self._folder.categories if item.value}

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Return the units of each group."""
        return {item.value.code: item.value.units for item in self._folder.groups if item.value}

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """Return the kind of each unit."""
        return {item.value.code: item.value.kind for item in self._folder.units if item.value}

    @cached_property
    def areas(self) -> frozenset[str]:
        """Return every word that may stand in a rule's `areas`."""
        units = {item.code for item in self._folder.units if item.code}
        groups = {item.code for item in self._folder.groups if item.code}
        return frozenset(units | groups | set(self.kinds.values()))

    @cached_property
    def committees(self) -> Mapping[str, str]:
        """Return the code of each unit's committee: the unit's own, unless `departments.yaml` names
        another.
        """
        named = {
            item.value.ward: item.value.code
            for item in self._folder.departments
            if item.value and item.value.ward
        }
        return {item.code: named.get(item.code, item.code) for item in self._folder.units if item.code}

    @cached_property
    def departments(self) -> frozenset[str]:
        """Return the codes of all departments, ward committees too."""
        listed = {item.code for item in self._folder.departments if item.code}
        return frozenset(listed | set(self.committees.values()))

    @cached_property
    def paths(self) -> Mapping[str, tuple[str, ...]]:
        """Return each category's codes from the root to itself; a way ends where a loop would begin."""
        parents = {category.code: category.parent for category in self.categories.values()}
        return {
            code: tuple(reversed([step for step in ancestry(code, parents) if step in parents]))
            for code in parents
        }

    def asked(self, codes: Iterable[str]) -> dict[str, list[QuestionPart]]:
        """Return by code the questions that reports of these categories, or those below them, may answer."""
        wanted = set(codes)
        reached = {step for path in self.paths.values() if wanted.intersection(path) for step in path}
        found: dict[str, list[QuestionPart]] = {}
        for code in sorted(reached):
            for question in self.categories[code].questions:
                found.setdefault(question.code, []).append(question)
        return found

    def rule(self, part: RulePart) -> Rule:
        """Return the rule with its groups written out as units."""
        areas = (unit for area in part.areas or () for unit in self.groups.get(area, (area,)))
        asked = self.asked(part.categories)
        numeric = frozenset(c for c, qs in asked.items() if any(q.datatype == "number" for q in qs))
        return part.rule(areas, numeric)

    def ground(self) -> Ground:
        """Return where the rules are judged."""
        return Ground(self.paths, self.kinds, self.departments, self.committees)
