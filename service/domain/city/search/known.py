"""Names that come from the city's folder and not from map files: made once for each revision of the city."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, WardView
from service.domain.city.search.canon import search_key
from service.domain.city.search.listed import ListedLandmark, ListedStreet, listed_landmarks, listed_streets
from service.domain.city.search.ranking import PlaceCandidate
from service.domain.city.search.readings import Units
from service.domain.city.search.units import (
    as_district_key,
    city_key,
    mentioned_units,
    names_of_ward,
    other_unit_kinds,
    without_unit_word,
)
from service.domain.city.search.words import place_key
from service.domain.kernel.texts import fold
from service.models import FormerUnit


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Wards, former units, streets and landmarks of one revision, their words folded."""

    reference: Reference
    units: Units
    aliases: Mapping[str, str]
    candidates: tuple[PlaceCandidate, ...]
    streets: tuple[ListedStreet, ...]
    landmarks: tuple[ListedLandmark, ...]


class _Cached:
    """The names of the reference that was asked for last; a process has one city."""

    cached: NameIndex | None = None


def name_index(session: Session, reference: Reference) -> NameIndex:
    """Return the names of this reference, read once for all who search."""
    cached = _Cached.cached
    if cached is None or cached.reference is not reference:
        cached = _Cached.cached = _read(session, reference)
    return cached


def _read(session: Session, reference: Reference) -> NameIndex:
    former = list(session.scalars(select(FormerUnit).order_by(FormerUnit.code)))
    for unit in former:
        session.expunge(unit)  # kept longer than the session
    wards = (
        PlaceCandidate("ward", "ward", key, 1, ward)
        for ward in reference.ward_by_code.values()
        for key in _said_for(ward)
    )
    return NameIndex(
        reference,
        units=mentioned_units(reference, former),
        aliases=_aliases(reference),
        candidates=(*wards, *_former(reference, former)),
        streets=tuple(listed_streets(reference)),
        landmarks=tuple(listed_landmarks(reference)),
    )


def _aliases(reference: Reference) -> dict[str, str]:
    """Return the canonical keys of names in use, also with the city's name behind them."""
    found = {search_key(said): place_key(meant) for said, meant in reference.config.aliases}
    own = city_key(reference)
    return {f"{said} {own}": meant for said, meant in found.items()} | found


def _said_for(ward: WardView) -> dict[str, None]:
    own = place_key(ward.full_name)
    return dict.fromkeys([*names_of_ward(ward), *other_unit_kinds(own), *as_district_key(own)])


def _former(reference: Reference, units: Iterable[FormerUnit]) -> Iterator[PlaceCandidate]:
    for unit in units:
        ward = reference.ward_by_code.get(unit.area_code)
        if ward and fold(unit.name) != fold(ward.full_name):
            own = place_key(unit.name)
            for key in sorted({own, without_unit_word(own), *other_unit_kinds(own)}):
                yield PlaceCandidate("former_unit", "former_unit", key, 2, unit)
