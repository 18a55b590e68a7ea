"""Places people name when there is no position: wards in force, the units that went into them, streets."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.texts import fold
from service.models import Area, FormerUnit

_HOUSE = re.compile(r"(\d+[a-zA-Z]?(?:/\d+[a-zA-Z]?)*)?\s*(.*)", re.DOTALL)
_STREET_WORD = re.compile(r"^(đường|duong|phố|pho|street|số|so)\s+", re.IGNORECASE)

FORMER_RADIUS_M = 800.0
"""How far a former unit reached from its centre, roughly; its own boundary is not kept."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place by name: `lon`, `lat` lie inside it, `radius_m` is its size. `former`: no unit any more.

    A street has no ward but a `district`; `street` is its name with the house number that was typed.
    """

    name: str
    ward_code: str
    ward_name: str
    lon: float
    lat: float
    radius_m: float
    former: bool = False
    street: str = ""
    district: str = ""


def ward_place(session: Session, code: str) -> NamedPlace | None:
    """The ward in force with that code, or None for any other."""
    return next(iter(_wards(session, [code])), None)


def find_places(session: Session, reference: Reference, words: str, limit: int = 8) -> list[NamedPlace]:
    """Wards, former units and streets whose names hold `words` (marks and letter case make no difference).

    Names that begin with them come first, then units in force before former ones before streets. A house
    number before a street's name is kept for the address.
    """
    wanted = _key(words)
    if not wanted:
        return []
    codes = [
        ward.code
        for ward in reference.ward_by_code.values()
        if wanted in _key(ward.full_name) or wanted in _key(ward.other_names)
    ]
    found = [*_wards(session, codes), *_former(session, reference, wanted), *_streets(reference, words)]
    return sorted(found, key=lambda place: _rank(place, wanted))[:limit]


def _rank(place: NamedPlace, wanted: str) -> tuple[bool, bool, bool, str]:
    name = _key(place.name)
    begins = bool(place.street) or name.startswith(wanted) or f" {wanted}" in name
    return not begins, bool(place.street), place.former, name


def _streets(reference: Reference, words: str) -> Iterable[NamedPlace]:
    """Streets whose names begin a word with what was typed, `12/3 đường Lê Lợi` and the like included."""
    number, rest = _HOUSE.fullmatch(" ".join(words.split())).groups()  # type: ignore[union-attr]
    wanted = _key(_STREET_WORD.sub("", rest))
    if not wanted:
        return
    for name, district, lon, lat, radius_m in reference.config.get("streets", ()):
        if f" {wanted}" in f" {_key(name)}":
            street = f"{number} {name}" if number else name
            yield NamedPlace(street, "", "", lon, lat, radius_m, street=street, district=district)


def _wards(session: Session, codes: Iterable[str]) -> list[NamedPlace]:
    inside = func.ST_PointOnSurface(Area.geom)
    query = select(
        Area.code,
        Area.full_name,
        func.ST_X(inside).label("lon"),
        func.ST_Y(inside).label("lat"),
        func.ST_Area(func.geography(Area.geom)).label("area_m2"),
    ).where(Area.valid_to.is_(None), Area.code.in_(list(codes)))
    return [_ward(row) for row in session.execute(query.order_by(Area.code))]


def _ward(row: Row[tuple[str, str, float, float, float]]) -> NamedPlace:
    radius_m = math.sqrt(row.area_m2 / math.pi)
    return NamedPlace(row.full_name, row.code, row.full_name, row.lon, row.lat, radius_m)


def _former(session: Session, reference: Reference, wanted: str) -> Iterable[NamedPlace]:
    for unit in session.scalars(select(FormerUnit).order_by(FormerUnit.code)):
        ward = reference.ward_by_code.get(unit.area_code)
        if ward and wanted in _key(unit.name) and fold(unit.name) != fold(ward.full_name):
            yield NamedPlace(
                unit.name, ward.code, ward.full_name, unit.lon, unit.lat, FORMER_RADIUS_M, former=True
            )


def _key(text: str) -> str:
    """Return the name for comparing: folded, single spaces, `y` as `i` (Vỹ Dạ, Vĩ Dạ)."""
    return " ".join(fold(text).replace("y", "i").split())
