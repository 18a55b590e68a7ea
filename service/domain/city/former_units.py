"""Wards and communes that are no more: the names that people still use of what went into a unit in force."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import ENGLISH_KINDS
from service.domain.kernel.texts import alphabetical
from service.models import FormerUnit


def names_before(session: Session, area_code: str) -> list[str]:
    """Return the bare names of the former units that went into the unit of that code, in alphabetical order.

    Empty where the city's folder knows none.
    """
    names = session.scalars(select(FormerUnit.name).where(FormerUnit.area_code == area_code))
    return sorted({_without_kind(name) for name in names}, key=alphabetical)


def _without_kind(name: str) -> str:
    kind = next((kind for kind in ENGLISH_KINDS if name.casefold().startswith(f"{kind} ")), "")
    return name[len(kind) :].strip()
