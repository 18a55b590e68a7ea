"""Checks between the entries of a city folder. Each module yields mistakes for one kind of entry."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.configuration.cityfile.checks.areas import check_areas
from service.domain.configuration.cityfile.checks.categories import check_categories
from service.domain.configuration.cityfile.checks.city import check_city
from service.domain.configuration.cityfile.checks.common import check_twice
from service.domain.configuration.cityfile.checks.departments import check_departments
from service.domain.configuration.cityfile.checks.penalties import check_penalties
from service.domain.configuration.cityfile.checks.rules import check_rules
from service.domain.configuration.cityfile.checks.templates import check_templates
from service.domain.configuration.cityfile.folder import Folder
from service.domain.configuration.cityfile.places import Mistake


def cross_check(folder: Folder) -> Iterator[Mistake]:
    """Yield everything that is wrong or doubtful between entries that are right in themselves."""
    yield from check_city(folder)
    yield from check_categories(folder)
    yield from check_twice(folder, folder.policies)
    yield from check_departments(folder)
    yield from check_areas(folder)
    yield from check_rules(folder)
    yield from check_templates(folder)
    yield from check_penalties(folder)
