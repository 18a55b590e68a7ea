"""Wards in force, former units and districts: as places, and as words said beside a street. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from service.domain.city.reference import Reference, WardView
from service.domain.city.search.readings import Units
from service.domain.city.search.words import place_key
from service.models import FormerUnit

_KINDS = ("phuong", "xa", "thi tran", "quan", "huien", "thi xa", "thanh pho", "dac khu")


def without_unit_word(key: str) -> str:
    """Return a unit's key without the word for its kind."""
    for kind in _KINDS:
        if key.startswith(f"{kind} ") and len(key) > len(kind) + 1:
            return key[len(kind) + 1 :]
    return key


def other_unit_kinds(key: str) -> list[str]:
    """Return a unit's key with the words for a ward, a commune and a township: units change their kind, and
    people mix them up.
    """
    name = without_unit_word(key)
    return [f"{kind} {name}" for kind in ("phuong", "xa", "thi tran") if name != key]


def as_district_key(key: str) -> list[str]:
    """Return a ward's key as that of the district that had its name."""
    name = without_unit_word(key)
    return [f"{kind} {name}" for kind in ("quan", "huien", "thi xa") if name != key]


def city_key(reference: Reference) -> str:
    """Return the folded name of the city, without “thành phố”."""
    return without_unit_word(place_key(reference.city_name.get("vi", "")))


def names_of_ward(ward: WardView) -> list[str]:
    """Return the keys of a ward: its name with and without its kind, and its other spellings."""
    others = [place_key(other) for other in ward.other_names.split(",")]
    keys = [place_key(ward.full_name), place_key(ward.name), *others]
    return [key for key in dict.fromkeys(keys) if key]


def mentioned_units(reference: Reference, former: Iterable[FormerUnit]) -> Units:
    """Return the wards that are meant when a unit, in force or former, or a district is said."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for ward in reference.ward_by_code.values():
        for key in names_of_ward(ward):
            found[key].add(ward.code)
            found[without_unit_word(key)].add(ward.code)
    own = city_key(reference)
    for unit in former:
        if unit.area_code not in reference.ward_by_code:
            continue
        for key in (place_key(unit.name), place_key(unit.district)):
            if without_unit_word(key) != own:
                found[key].add(unit.area_code)
                found[without_unit_word(key)].add(unit.area_code)
    return {key: frozenset(codes) for key, codes in found.items() if key}
