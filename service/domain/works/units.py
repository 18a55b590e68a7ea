"""Units by the codes that requests name."""

from __future__ import annotations

from collections.abc import Iterable

from service.domain.city.reference import Reference
from service.errors import invalid
from service.i18n import N_


def unit_id(reference: Reference, code: str, field: str) -> int:
    """Return the id of an active unit. Raises Invalid, naming the field."""
    unit = reference.department_by_code.get(code)
    if unit is None or not unit.active:
        raise invalid([field], N_("Không có đơn vị “{code}”."), code=code)
    return unit.id


def unit_ids(reference: Reference, codes: Iterable[str], field: str) -> set[int]:
    """Return the ids of active units. Raises Invalid for the first that is none."""
    return {unit_id(reference, code, field) for code in codes}


def unit_code(reference: Reference, unit: int | None) -> str | None:
    """Return the code of a unit, none for none."""
    found = reference.departments.get(unit) if unit is not None else None
    return found.code if found else None
