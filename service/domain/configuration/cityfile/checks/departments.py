"""`departments.yaml`: a tree of offices; ward committees belong to a unit in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from service.domain.configuration.cityfile.checks.common import (
    check_parents,
    check_twice,
    codes,
    unknown_reference,
)
from service.domain.configuration.cityfile.folder import Folder
from service.domain.configuration.cityfile.places import Mistake
from service.domain.rules.rules import PREMISES, WARD


def check_departments(folder: Folder) -> Iterator[Mistake]:
    """Yield mistakes among the departments, and between them and the units."""
    yield from check_twice(folder, folder.departments)
    yield from check_parents(folder, folder.departments, "department")
    units = codes(folder.units)
    held = Counter(item.value.ward for item in folder.departments if item.value and item.value.ward)
    for item in folder.departments:
        if item.value is None:
            continue
        if item.value.code == WARD:
            yield folder.at(item, "code", message=f'"{WARD}" is reserved: it names the committee of a place')
        if item.value.code == PREMISES:
            yield folder.at(item, "code", message=f'"{PREMISES}" is reserved: it names who keeps premises')
        ward = item.value.ward
        if (item.value.kind == "ward") != (ward is not None):
            yield folder.at(
                item, "kind", message='a department of kind "ward", and no other, names its "ward"'
            )
        elif ward is not None and ward not in units:
            yield folder.at(item, "ward", message=unknown_reference("unit", ward, units))
        elif ward is not None and held[ward] > 1:
            yield folder.at(item, "ward", message=f'the unit "{ward}" has more than one committee')
        elif ward is None and item.code in units:
            yield folder.at(item, "code", message=f'"{item.code}" is the code of a unit and of its committee')
